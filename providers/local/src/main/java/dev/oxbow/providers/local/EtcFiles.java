package dev.oxbow.providers.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The files of {@code /etc} that we make: what the host's would tell is nobody's business. */
final class EtcFiles {
    /** Name of the machine inside. */
    static final String HOSTNAME = "oxbow";

    private static final Map<String, String> CONTENT =
            Map.of(
                    // The host's may hold credentials, take its time, and set another PATH.
                    "profile",
                    "# Empty: the environment is the one that the command was given.\n",
                    "bash.bashrc",
                    "[ -z \"$PS1\" ] || PS1='\\u@\\h:\\w\\$ '\n",
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

    /** All of them as one text, by which a change of ours is seen. */
    static String text() {
        return new java.util.TreeMap<>(CONTENT).toString();
    }

    /** Writes them, readable by everybody, into a folder that nobody uses yet. */
    static void writeTo(Path folder) throws IOException {
        for (Map.Entry<String, String> file : CONTENT.entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.writeString(target, file.getValue());
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }
}
