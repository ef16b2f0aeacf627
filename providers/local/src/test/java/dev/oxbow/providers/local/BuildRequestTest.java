package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What builders are told, field by field. */
class BuildRequestTest {
    private static final FilesPlan FILES = new FilesPlan.Plain(Path.of("/d/s/files"));

    private static String text(Optional<Integer> uid, Staging staging) {
        BuildRequest request =
                new BuildRequest(
                        Path.of("/d/s"), uid, true, staging, FILES, List.of("/bin/bwrap", "-x"));
        return new String(request.bytes(), StandardCharsets.UTF_8).replace('\0', '|');
    }

    @Test
    void anOrdinaryUserStaysItself() {
        assertThat(text(Optional.empty(), Staging.NONE))
                .isEqualTo("folder|/d/s|uid||users|1|files|plain|arg|/bin/bwrap|arg|-x|");
    }

    @Test
    void closedFoldersAreStagedBeforeRootBecomesTheUserOfTheSandbox() {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("/d/s/files", "/mnt/0");
        places.put("/d/etc/1", "/mnt/1");
        assertThat(text(Optional.of(7001), new Staging(places)))
                .isEqualTo(
                        "folder|/d/s|uid|7001|users|1|stage|/mnt|stage|/d/s/files|stage|/mnt/0|"
                                + "stage|/d/etc/1|stage|/mnt/1|files|plain|arg|/bin/bwrap|arg|-x|");
    }
}
