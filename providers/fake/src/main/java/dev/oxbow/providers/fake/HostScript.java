package dev.oxbow.providers.fake;

import dev.oxbow.sandbox.PathMapping;
import dev.oxbow.sandbox.ProcessSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The small script by which a host program gets its descriptor, directory and environment. A file
 * carries names and values as UTF-8 in any locale, and out of sight of {@code ps}; it removes
 * itself.
 *
 * @param file the script
 * @param mark what all processes of the tree hold open
 */
record HostScript(Path file, Path mark) {

    /** Writes it into the folder of a sandbox's processes. */
    static HostScript write(
            Path folder, ProcessSpec spec, Path cwd, PathMapping mapping, List<String> before)
            throws IOException {
        HostScript script =
                new HostScript(
                        folder.resolve(spec.id() + ".sh"), folder.resolve(spec.id() + ".mark"));
        Files.createFile(script.mark);
        Files.createFile(
                script.file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(script.file, script.text(spec, cwd, mapping, before));
        return script;
    }

    private String text(ProcessSpec spec, Path cwd, PathMapping mapping, List<String> before) {
        Map<String, String> env = new TreeMap<>(spec.env());
        // What shells add by themselves.
        String foreign =
                List.of("PWD", "OLDPWD", "SHLVL", "_").stream()
                        .filter(name -> !env.containsKey(name))
                        .map(name -> " -u " + name)
                        .collect(Collectors.joining());
        StringBuilder text = new StringBuilder();
        text.append("exec ").append(HostProcesses.MARK).append("<>").append(quote(mark.toString()));
        text.append("\n/bin/rm -f ").append(quote(file.toString()));
        text.append("\ncd ").append(quote(cwd.toString())).append(" || exit 126");
        env.forEach((name, value) ->
                text.append("\nexport ")
                        .append(name)
                        .append('=')
                        .append(quote(mapping.rewrite(value))));
        text.append("\nexec ");
        before.forEach(word -> text.append(word).append(' '));
        text.append("/usr/bin/env").append(foreign).append(" --");
        for (String argument : spec.argv()) {
            text.append(' ').append(quote(mapping.rewrite(argument)));
        }
        return text.append('\n').toString();
    }

    private static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
