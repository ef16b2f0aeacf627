package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The copy of {@code /etc} on a made-up host. */
class EtcFolderTest {
    @TempDir private Path host;
    @TempDir private Path generations;

    @BeforeEach
    void makeHost() throws IOException {
        file("ssl/certs/ca-certificates.crt", "rw-r--r--");
        file("ssl/private/key.pem", "rw-------");
        file("ssl/readable-to-its-group", "rw-r-----");
        Files.setPosixFilePermissions(
                host.resolve("ssl/private"), PosixFilePermissions.fromString("rwx------"));
        file("shadow", "rw-r--r--");
        file("ssh/ssh_host_rsa_key", "rw-r--r--");
        file("java-21-openjdk/jvm.cfg", "rw-r--r--");
        Files.createSymbolicLink(host.resolve("localtime"), Path.of("/usr/share/zoneinfo/UTC"));
    }

    private void file(String name, String mode) throws IOException {
        Path file = host.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void onlyWhatIsListedAndReadableByAllIsCopied() throws IOException {
        Path etc = EtcFolder.prepare(host, generations);
        assertThat(etc.resolve("ssl/certs/ca-certificates.crt")).exists();
        assertThat(etc.resolve("java-21-openjdk/jvm.cfg")).exists();
        assertThat(etc.resolve("localtime")).isSymbolicLink();
        assertThat(etc.resolve("passwd")).content().contains("agent:x:1000");
        assertThat(etc.resolve("ssl/private")).doesNotExist();
        assertThat(etc.resolve("ssl/readable-to-its-group")).doesNotExist();
        assertThat(etc.resolve("shadow")).doesNotExist();
        assertThat(etc.resolve("ssh")).doesNotExist();
    }

    @Test
    void aCopyIsMadeOnceForEachStateOfTheHost() throws IOException {
        Path first = EtcFolder.prepare(host, generations);
        assertThat(EtcFolder.prepare(host, generations)).isEqualTo(first);
        Files.setLastModifiedTime(
                host.resolve("ssl/certs/ca-certificates.crt"), FileTime.fromMillis(1));
        Path second = EtcFolder.prepare(host, generations);
        assertThat(second).isNotEqualTo(first);
        assertThat(first).as("in use by older sandboxes").exists();
        assertThat(generations).isDirectoryNotContaining("glob:**/.next-*");
    }
}
