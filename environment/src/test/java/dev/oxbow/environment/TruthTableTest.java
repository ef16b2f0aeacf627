package dev.oxbow.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.environment.TruthTable.Lack;
import dev.oxbow.environment.TruthTable.Row;
import dev.oxbow.environment.TruthTable.Verdict;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TruthTableTest {

    @ParameterizedTest
    @CsvSource({
        "agent prime, DESIGNED_FOR, DESIGNED_FOR, DESIGNED_FOR",
        "distill, DESIGNED_FOR, DESIGNED_FOR, DESIGNED_FOR",
        "status, DESIGNED_FOR, DESIGNED_FOR, DESIGNED_FOR",
        "doctor, DESIGNED_FOR, DESIGNED_FOR, DESIGNED_FOR",
        "query, WORKS, WORKS, DESIGNED_FOR",
        "code search, DEGRADED, DEGRADED, DESIGNED_FOR",
        "import, WORKS, WORKS, DESIGNED_FOR",
        "kb, DEGRADED, WORKS, DESIGNED_FOR",
        "login, WORKS, WORKS, REFUSED",
        "daemon, REFUSED, REFUSED, WORKS",
        "code index, REFUSED, REFUSED, WORKS",
        "session, WORKS, WORKS, WORKS",
        "sync, WORKS, WORKS, WORKS",
        "init, WORKS, WORKS, WORKS",
        "uninstall, WORKS, WORKS, WORKS",
        "logout, WORKS, WORKS, WORKS",
        "version, WORKS, WORKS, WORKS",
        "cloud bootstrap, DESIGNED_FOR, DESIGNED_FOR, DESIGNED_FOR"
    })
    void eachCommandHasItsRow(String command, Verdict disk, Verdict helper, Verdict browser) {
        Row row =
                TruthTable.rows().stream()
                        .filter(r -> r.command().equals(command))
                        .findFirst()
                        .orElseThrow();
        assertThat(row.where(Lack.PERSIST_DISK)).isEqualTo(disk);
        assertThat(row.where(Lack.LONG_LIVED_HELPER)).isEqualTo(helper);
        assertThat(row.where(Lack.BROWSER)).isEqualTo(browser);
    }

    /** Whoever builds one of these takes it off the list. */
    @Test
    void theseCommandsAreOpen() {
        assertThat(TruthTable.rows())
                .hasSize(18)
                .filteredOn(Row::open)
                .extracting(Row::command)
                .containsExactly("distill", "query", "code search", "import", "kb", "code index");
    }

    @Test
    void aDaemonNeedsBothAndSaysWhichIsMissing() {
        assertThat(TruthTable.refusals("daemon", at(Map.of("CLAUDE_CODE_REMOTE", "1"))))
                .containsExactly(Lack.PERSIST_DISK);
        assertThat(TruthTable.refusals("daemon", at(Map.of("OX_NO_DAEMON", "1"))))
                .containsExactly(Lack.LONG_LIVED_HELPER);
        assertThat(TruthTable.refusals("daemon", at(Map.of("OX_EPHEMERAL", "1"))))
                .containsExactly(Lack.PERSIST_DISK, Lack.LONG_LIVED_HELPER);
        assertThat(TruthTable.refusals("daemon", at(Map.of()))).isEmpty();
    }

    @Test
    void aLoginNeedsABrowserOnly() {
        assertThat(TruthTable.refusals("login", at(Map.of("OX_EPHEMERAL", "1", "OX_BROWSER", "1"))))
                .isEmpty();
        assertThat(TruthTable.refusals("login", at(Map.of()))).containsExactly(Lack.BROWSER);
    }

    @Test
    void whatIsInNoRowIsRefusedNowhere() {
        assertThat(TruthTable.refusals("run", at(Map.of("OX_EPHEMERAL", "1")))).isEmpty();
    }

    private static Capabilities at(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("HOME", "/home/ada");
        return Probe.look(new Surroundings(all, "linux", false, false, false, new OpenDisk()));
    }

    /** Takes everything and keeps it. */
    private static final class OpenDisk implements Disk {
        @Override
        public boolean isBlocked(Path path) {
            return false;
        }

        @Override
        public boolean isWritable(Path path) {
            return true;
        }

        @Override
        public String type(Path path) {
            return "ext4";
        }
    }
}
