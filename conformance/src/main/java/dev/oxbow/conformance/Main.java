package dev.oxbow.conformance;

import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.kit.Candidate;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.StreamSupport;

/** Where the process starts that puts a provider to the test. */
public final class Main {
    /** The provider conforms. */
    static final int CONFORMS = 0;

    /** A test failed. */
    static final int FAILED = 1;

    /** The arguments are wrong. */
    static final int USAGE = 64;

    /** A part that the provider needs is missing on this machine; nothing was tested. */
    static final int UNAVAILABLE = 69;

    /** The report cannot be written. */
    static final int NOT_WRITTEN = 74;

    /** It was stopped. */
    static final int CANCELLED = 130;

    private Main() {}

    /** See {@link KitRequest} for the arguments. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(run(args, out));
    }

    private static int run(String[] args, PrintStream out) {
        KitRequest request;
        Candidate candidate;
        try {
            request = KitRequest.parse(List.of(args));
            candidate = find(request.provider());
        } catch (IllegalArgumentException wrong) {
            System.err.println("ox: " + wrong.getMessage());
            return USAGE;
        }
        ProviderUnderTest subject = candidate.open(request.folder());
        if (request.cleanOnly()) {
            clean(subject);
            return CONFORMS;
        }
        Cancellation cancellation = new Cancellation(() -> clean(subject));
        cancellation.watch(System.in);
        try {
            return test(request, subject, cancellation, out);
        } catch (OxException unusable) {
            System.err.println("ox: " + unusable.getMessage());
            return UNAVAILABLE;
        } catch (IOException notWritten) {
            System.err.println("ox: the report cannot be written: " + notWritten);
            return NOT_WRITTEN;
        } finally {
            cancellation.finish();
        }
    }

    private static int test(
            KitRequest request,
            ProviderUnderTest subject,
            Cancellation cancellation,
            PrintStream out)
            throws IOException {
        List<Finding> examination;
        try (SandboxProvider provider = subject.open()) {
            examination = provider.examine();
        }
        List<Finding> missing =
                examination.stream().filter(f -> f.status() == Finding.Status.MISSING).toList();
        if (!missing.isEmpty()) {
            System.err.println(
                    "ox: nothing was tested: " + request.provider() + " lacks a part it needs");
            missing.forEach(f ->
                    System.err.println("    " + f.name() + ": " + f.detail() + ". " + f.fix()));
            return UNAVAILABLE;
        }
        boolean people = !request.json();
        KitRun run = new KitRun(request, subject, examination, cancellation.token());
        if (people) {
            out.println(ReportText.header());
        }
        ConformanceReport report =
                run.execute(group -> {
                    if (people) {
                        out.println(ReportText.row(group));
                    }
                });
        if (people) {
            ReportText.summary(report).forEach(out::println);
        } else {
            out.print(Json.writePretty(report));
        }
        Optional<Path> file = request.report();
        if (file.isPresent()) {
            boolean renewed = !request.groups().isEmpty() && Files.exists(file.get());
            ConformanceReport whole =
                    renewed
                            ? report.over(
                                    Json.read(
                                            Files.readString(file.get()), ConformanceReport.class))
                            : report;
            Files.writeString(file.get(), Json.writePretty(whole));
        }
        return report.cancelled() ? CANCELLED : report.holds() ? CONFORMS : FAILED;
    }

    private static Candidate find(String name) {
        List<Candidate> all =
                StreamSupport.stream(ServiceLoader.load(Candidate.class).spliterator(), false)
                        .toList();
        return all.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no provider '"
                                        + name
                                        + "' on the class path; there is "
                                        + all.stream().map(Candidate::name).toList()));
    }

    /** Removes what the test has made, also what a test left that did not end by itself. */
    private static void clean(ProviderUnderTest subject) {
        try (subject) {
            try (SandboxProvider provider = subject.open()) {
                provider.list(Labels.NONE).forEach(sandbox -> provider.destroy(sandbox.id()));
            }
        } catch (OxException left) {
            System.err.println("ox: the test left something behind: " + left.getMessage());
        }
    }
}
