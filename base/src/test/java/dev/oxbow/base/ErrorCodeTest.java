package dev.oxbow.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {
    /** Exit codes that a command may end with because of an error, by the contract of `ox`. */
    private static final Set<Integer> EXITS =
            Set.of(0, 1, 64, 66, 69, 70, 73, 74, 75, 77, 124, 137);

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyRowIsWhole(ErrorCode code) {
        assertThat(code.name()).matches("[A-Z]+(_[A-Z]+)*");
        assertThat(EXITS).contains(code.exitCode());
        assertThat(code.httpStatus()).isBetween(200, 599);
        assertThat(code.meaning()).endsWith(".").doesNotContain("\n");
        assertThat(code.suggestion()).endsWith(".").doesNotContain("\n");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void exitCodesFollowTheRuleOfTheirName(ErrorCode code) {
        switch (code) {
            case CWD_NOT_WORKTREE -> assertThat(code.exitCode()).isEqualTo(66);
            case SYNC_CONFLICT -> assertThat(code.exitCode()).isEqualTo(73);
            case NO_SPACE -> assertThat(code.exitCode()).isEqualTo(74);
            case WORKTREE_BUSY, RUN_IN_PROGRESS, QUOTA_EXCEEDED ->
                    assertThat(code.exitCode()).isEqualTo(75);
            default -> {
                if (code.name().contains("_AUTH_")) {
                    assertThat(code.exitCode()).isEqualTo(77);
                } else if (code.name().endsWith("_RATE_LIMITED")) {
                    assertThat(code.exitCode()).isEqualTo(75);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void theExceptionIsOfTheCategorysSubtype(ErrorCode code) {
        OxException e = OxException.of(code, "because of %d %s", 2, "things");
        assertThat(e.getClass().getSimpleName()).isEqualToIgnoringCase(code.category().wire());
        assertThat(e).hasMessage("because of 2 things");
        assertThat(e.suggestion()).isEqualTo(code.suggestion());
        assertThat(e.suggest("do %s", "this").suggestion()).isEqualTo("do this");
    }

    @Test
    void unknownNamesAreEmptyNotAnError() {
        assertThat(ErrorCode.byName("NO_SPACE")).contains(ErrorCode.NO_SPACE);
        assertThat(ErrorCode.byName("NOT_OURS")).isEmpty();
    }
}
