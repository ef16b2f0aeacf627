package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Tier;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is written down of a command. Environment values and input are not: only whether a later
 * request is the same can be told, from a digest salted with the id.
 *
 * @param id chosen by the caller
 * @param argv the command
 * @param cwd where it runs
 * @param envNames names of its environment variables
 * @param pipe whether its input is a pipe
 * @param deadline its time limit
 * @param digest of the whole request
 * @param createdAt when it was asked for
 * @param incarnation of the sandbox that it runs in
 * @param mark number by which its tree is known where there is no control group
 * @param track control group of its tree
 * @param tier walls around it; empty in records from before there was a choice
 */
record StoredRequest(
        ProcessId id,
        List<String> argv,
        String cwd,
        List<String> envNames,
        boolean pipe,
        Optional<Duration> deadline,
        String digest,
        Instant createdAt,
        int incarnation,
        long mark,
        Optional<String> track,
        Optional<Tier> tier) {

    static StoredRequest of(
            ProcessSpec spec, int incarnation, long mark, Optional<Path> track, Tier tier) {
        return new StoredRequest(
                spec.id(),
                spec.argv(),
                spec.cwd(),
                List.copyOf(new TreeSet<>(spec.env().keySet())),
                spec.stdin() instanceof ProcessSpec.Stdin.Pipe,
                spec.deadline(),
                digest(spec),
                Instant.now(),
                incarnation,
                mark,
                track.map(Path::toString),
                Optional.of(tier));
    }

    /** Whether it runs in namespaces of a sandbox. */
    boolean walled() {
        return tier.orElse(Tier.NAMESPACE).isolates();
    }

    /** The request as far as it is kept. */
    ProcessSpec spec() {
        Map<String, String> env = new TreeMap<>();
        envNames.forEach(name -> env.put(name, ""));
        return new ProcessSpec(
                id,
                argv,
                cwd,
                env,
                pipe ? new ProcessSpec.Stdin.Pipe() : new ProcessSpec.Stdin.Empty(),
                deadline);
    }

    /** Requests of the processes and terminals of a sandbox whose end nobody has written down. */
    static List<StoredRequest> openOf(SandboxFolder sandbox) {
        return Stream.of(sandbox.processes(), sandbox.terminals())
                .flatMap(all -> openIn(all).stream())
                .toList();
    }

    private static List<StoredRequest> openIn(Path all) {
        List<StoredRequest> found = new ArrayList<>();
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(all, ProcessId.PREFIX + "*")) {
            for (Path folder : folders) {
                SandboxFolder.ProcessFolder one = new SandboxFolder.ProcessFolder(folder);
                if (one.exit().toFile().length() == 0) {
                    read(one.request()).ifPresent(found::add);
                }
            }
            return found;
        } catch (NoSuchFileException goneMeanwhile) {
            return List.of();
        } catch (IOException | DirectoryIteratorException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the processes in %s cannot be listed: %s",
                            all,
                            Why.of(e))
                    .causedBy(e);
        }
    }

    /** All that lives of its tree. */
    List<ProcessRef> tree() {
        return new ProcessTree(track.map(Path::of), mark, walled())
                .inside().stream().flatMap(pid -> ProcessTable.find(pid).stream()).toList();
    }

    static String digest(ProcessSpec spec) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            text(out, spec.id().value());
            out.writeInt(spec.argv().size());
            for (String word : spec.argv()) {
                text(out, word);
            }
            text(out, spec.cwd());
            for (Map.Entry<String, String> e : new TreeMap<>(spec.env()).entrySet()) {
                text(out, e.getKey());
                text(out, e.getValue());
            }
            switch (spec.stdin()) {
                case ProcessSpec.Stdin.Empty _ -> out.writeByte(0);
                case ProcessSpec.Stdin.Pipe _ -> out.writeByte(1);
                case ProcessSpec.Stdin.Bytes b -> {
                    out.writeByte(2);
                    out.write(b.bytes());
                }
            }
            out.writeLong(spec.deadline().map(Duration::toNanos).orElse(-1L));
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (IOException | NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Reads one; empty only if it is proven absent. */
    static Optional<StoredRequest> read(Path file) {
        try {
            Optional<StoredRequest> read =
                    Optional.ofNullable(Json.read(Files.readString(file), StoredRequest.class));
            if (read.isEmpty()) {
                throw OxException.of(ErrorCode.STORE_UNREADABLE, "it is empty");
            }
            return read;
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException | Json.MalformedJson | OxException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the record %s cannot be read: %s",
                            file,
                            Why.of(e))
                    .causedBy(e);
        }
    }
}
