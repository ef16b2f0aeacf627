package dev.oxbow.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DoctorReportTest {
    private static final Host HOST =
            new Host(
                    "linux",
                    "amd64",
                    "Debian GNU/Linux 12",
                    "6.18",
                    true,
                    Optional.of(PackageInstaller.APT),
                    "25");

    private static DoctorReport report() {
        return DoctorReport.of(
                HOST,
                List.of(
                        new Category(
                                "Walls",
                                List.of(
                                        new Observation(
                                                        "user-namespaces",
                                                        Observation.Standing.PRESENT,
                                                        "allowed",
                                                        "")
                                                .toCheck(),
                                        new Observation(
                                                        "cgroup limits",
                                                        Observation.Standing.REDUCED,
                                                        "not writable",
                                                        "Run as root.")
                                                .toCheck())),
                        new Category(
                                "Tools",
                                List.of(
                                        Check.of(
                                                "bwrap",
                                                Check.Status.FAILED,
                                                "not found",
                                                "Install it: apt-get install -y bubblewrap"),
                                        Check.of("setpriv", Check.Status.SKIPPED, "", "")))));
    }

    @Test
    void jsonHasTheShapeThatToolsRelyOn() {
        JsonNode json = Json.tree(report().toJson());
        assertThat(json.propertyNames())
                .containsExactly("environment", "categories", "summary", "available_fixes");
        assertThat(json.at("/environment/package_manager").asString()).isEqualTo("apt");
        JsonNode check = json.at("/categories/0/checks/1");
        assertThat(check.propertyNames())
                .containsExactly("name", "slug", "status", "fix_level", "message", "detail");
        assertThat(check.path("slug").asString()).isEqualTo("cgroup-limits");
        assertThat(check.path("status").asString()).isEqualTo("warning");
        assertThat(check.path("fix_level").asString()).isEqualTo("check-only");
        JsonNode summary = json.path("summary");
        assertThat(summary.propertyNames())
                .containsExactly("passed", "warnings", "failed", "skipped", "has_failed");
        assertThat(summary.path("has_failed").asBoolean()).isTrue();
        assertThat(json.path("available_fixes").isArray()).isTrue();
        assertThat(report().exitCode()).isEqualTo(1);
    }

    @Test
    void onlyFailedChecksMakeItFail() {
        DoctorReport warned =
                DoctorReport.of(
                        HOST,
                        List.of(
                                new Category(
                                        "Tools",
                                        List.of(Check.of("npm", Check.Status.WARNING, "", "")))));
        assertThat(warned.exitCode()).isZero();
    }

    @Test
    void textTellsWhatIsWrongAndWhatToDo() {
        assertThat(report().toText())
                .isEqualTo(
                        """
                        Debian GNU/Linux 12 (amd64), kernel 6.18, root

                        Walls
                          ok    user-namespaces  allowed
                          warn  cgroup limits    not writable
                                                 Run as root.

                        Tools
                          FAIL  bwrap            not found
                                                 Install it: apt-get install -y bubblewrap
                          skip  setpriv

                        1 passed, 1 warnings, 1 failed, 1 skipped
                        """);
    }
}
