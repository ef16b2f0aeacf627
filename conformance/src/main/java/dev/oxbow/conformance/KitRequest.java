package dev.oxbow.conformance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What is to be tested and how to tell.
 *
 * @param provider {@code --provider NAME}: the candidate
 * @param folder {@code --folder DIR}: an empty directory for it
 * @param groups {@code --group NAME}, any number: these groups only, all if none
 * @param report {@code --report FILE}: where to write the report
 * @param json {@code --json}: the report on standard output instead of a table
 * @param version {@code --oxbow VERSION}: what to write down as the version
 * @param cleanOnly {@code --clean}: only remove what an earlier test left in the folder
 */
record KitRequest(
        String provider,
        Path folder,
        List<String> groups,
        Optional<Path> report,
        boolean json,
        String version,
        boolean cleanOnly) {

    static KitRequest parse(List<String> args) {
        String provider = "";
        String folder = "";
        List<String> groups = new ArrayList<>();
        Optional<Path> report = Optional.empty();
        boolean json = false;
        boolean clean = false;
        String version = "unknown";
        Iterator<String> rest = args.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--provider" -> provider = value(option, rest);
                case "--folder" -> folder = value(option, rest);
                case "--group" -> groups.add(known(value(option, rest)));
                case "--report" -> report = Optional.of(Path.of(value(option, rest)));
                case "--oxbow" -> version = value(option, rest);
                case "--json" -> json = true;
                case "--clean" -> clean = true;
                default -> throw new IllegalArgumentException("unknown argument " + option);
            }
        }
        if (provider.isEmpty() || folder.isEmpty()) {
            throw new IllegalArgumentException("a provider and a folder are needed");
        }
        return new KitRequest(
                provider, Path.of(folder), List.copyOf(groups), report, json, version, clean);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return rest.next();
    }

    /** The group as it is spelled, whatever the case it was asked for in. */
    private static String known(String group) {
        List<String> names = CandidateKit.groups().stream().map(Class::getSimpleName).toList();
        return names.stream()
                .filter(name -> name.equalsIgnoreCase(group))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no group '" + group + "' in the kit; there are " + names));
    }
}
