package dev.oxbow.providers.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The {@code /etc} of all sandboxes: a copy of what programs need of the host's, made once for each
 * state of it. One mount shows it; forty single files would take longer than all other walls.
 *
 * <p>Only what everybody may read is copied, so no key and no password can be in it.
 */
final class EtcFolder {
    /**
     * Configuration that programs under {@code /usr} are lost without. Nothing here may hold a
     * credential; files that name users, hosts or resolvers are made by us.
     */
    private static final List<String> COPIED =
            List.of(
                    "alternatives",
                    "ca-certificates",
                    "ca-certificates.conf",
                    "crypto-policies",
                    "debian_version",
                    "fonts",
                    "gai.conf",
                    "groff",
                    "inputrc",
                    "ld.so.cache",
                    "ld.so.conf",
                    "ld.so.conf.d",
                    "locale.alias",
                    "locale.conf",
                    "localtime",
                    "magic",
                    "magic.mime",
                    "manpath.config",
                    "mime.types",
                    "networks",
                    "os-release",
                    "perl",
                    "pki",
                    "protocols",
                    "python3",
                    "redhat-release",
                    "rpc",
                    "services",
                    "shells",
                    "ssl",
                    "terminfo",
                    "timezone",
                    "xml");

    /** Places within folders that change without their folder. */
    private static final List<String> WATCHED =
            List.of("ssl/certs", "ssl/certs/ca-certificates.crt", "pki/tls/certs");

    private EtcFolder() {}

    /** The folder for the host's present state, made if there is none. */
    static Path prepare(Path host, Path generations) throws IOException {
        Path target = generations.resolve(fingerprint(host));
        if (Files.isDirectory(target)) {
            return target;
        }
        Path next = Files.createTempDirectory(generations, ".next-");
        for (String name : names(host)) {
            copy(host.resolve(name), next.resolve(name));
        }
        EtcFiles.writeTo(next);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException madeMeanwhile) {
            Trash.deleteNow(next);
            if (!Files.isDirectory(target)) {
                throw madeMeanwhile;
            }
        }
        return target;
    }

    private static Set<String> names(Path host) {
        Set<String> names = new TreeSet<>(COPIED);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(host)) {
            for (Path path : all) {
                String name = path.getFileName().toString();
                // Version-numbered folders of language runtimes.
                if (name.matches("java(-[\\w.-]+)?|python3\\.\\d+")) {
                    names.add(name);
                }
            }
        } catch (IOException unreadable) {
            return names;
        }
        return names;
    }

    private static String fingerprint(Path host) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(EtcFiles.text().getBytes(StandardCharsets.UTF_8));
            List<String> looked = new ArrayList<>(names(host));
            looked.addAll(WATCHED);
            for (String name : looked) {
                digest.update((name + state(host.resolve(name))).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String state(Path path) {
        try {
            BasicFileAttributes facts =
                    Files.readAttributes(
                            path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return ":" + facts.lastModifiedTime().toMillis() + ":" + facts.size();
        } catch (IOException absent) {
            return ":-";
        }
    }

    /** Copies what everybody may read; links as links, which inside may lead nowhere. */
    private static void copy(Path from, Path to) throws IOException {
        if (Files.isSymbolicLink(from)) {
            Files.createSymbolicLink(to, Files.readSymbolicLink(from));
        } else if (Files.isDirectory(from) && readable(from)) {
            Files.createDirectory(to);
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
            try (DirectoryStream<Path> children = Files.newDirectoryStream(from)) {
                for (Path child : children) {
                    copy(child, to.resolve(child.getFileName()));
                }
            }
        } else if (Files.isRegularFile(from) && readable(from)) {
            Files.copy(from, to);
            Files.setPosixFilePermissions(
                    to,
                    PosixFilePermissions.fromString(
                            Files.isExecutable(from) ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    private static boolean readable(Path path) throws IOException {
        return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
    }
}
