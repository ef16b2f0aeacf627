package dev.oxbow.providers.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The files of {@code /etc} that we make: what the host's would tell is nobody's business. */
final class EtcFiles {
    /** Name of the machine inside. */
    static final String HOSTNAME = "oxbow";

    private static final Map<String, String> CONTENT =
            Map.of(
                    "passwd",
                    """
                    root:x:0:0:root:/nonexistent:/usr/sbin/nologin
                    agent:x:1000:1000:agent:/home/agent:/bin/sh
                    nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
                    """,
                    "group",
                    """
                    root:x:0:
                    tty:x:5:
                    agent:x:1000:
                    nogroup:x:65534:
                    """,
                    "hosts",
                    """
                    127.0.0.1 localhost oxbow
                    ::1 localhost ip6-localhost ip6-loopback
                    """,
                    "hostname",
                    HOSTNAME + "\n",
                    "resolv.conf",
                    "# No resolver: the way out is a proxy, which resolves names itself.\n",
                    "nsswitch.conf",
                    """
                    passwd: files
                    group: files
                    hosts: files
                    networks: files
                    protocols: files
                    services: files
                    """);

    private EtcFiles() {}

    /** Writes them, each whole or not at all; readable by everybody. */
    static void writeTo(Path folder) throws IOException {
        for (Map.Entry<String, String> file : CONTENT.entrySet()) {
            Path target = folder.resolve(file.getKey());
            if (Files.exists(target) && Files.readString(target).equals(file.getValue())) {
                continue;
            }
            Path next = Files.createTempFile(folder, ".next-", "");
            Files.writeString(next, file.getValue());
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
