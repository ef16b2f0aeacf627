package dev.oxbow.environment;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where {@code ox} runs, as far as that says what can be done there. The first one whose mark is
 * found is the one.
 */
public enum Platform {
    /** Claude Code in its maker's containers. */
    CLAUDE_CODE_CLOUD(Known.NO, Known.YES, Network.ALLOWLIST, Lifetime.HOURS),
    /** A machine of Devin. */
    DEVIN(Known.NO, Known.YES, Network.OPEN, Lifetime.HOURS),
    /** A runner of GitHub Actions that its user keeps. */
    GITHUB_ACTIONS_SELF_HOSTED(Known.PROBED, Known.AS_DISK, Network.OPEN, Lifetime.PERSISTENT),
    /** A runner of GitHub Actions that is thrown away after the job. */
    GITHUB_ACTIONS(Known.NO, Known.NO, Network.OPEN, Lifetime.MINUTES),
    /** A development container of GitHub. */
    CODESPACES(Known.YES, Known.YES, Network.OPEN, Lifetime.HOURS),
    /** Some other service that builds and tests. */
    CI_OTHER(Known.PROBED, Known.NO, Network.OPEN, Lifetime.MINUTES),
    /** Somebody's own machine. */
    LOCAL(Known.PROBED, Known.PROBED, Network.OPEN, Lifetime.PERSISTENT);

    /** What is known of a capability. */
    enum Known {
        YES,
        NO,
        /** Look for yourself. */
        PROBED,
        /** As the disk. */
        AS_DISK
    }

    private static final List<String> CI_MARKS =
            List.of(
                    "GITLAB_CI",
                    "BUILDKITE",
                    "JENKINS_URL",
                    "CODEBUILD_BUILD_ID",
                    "CIRCLECI",
                    "TF_BUILD");

    private final Known disk;
    private final Known helper;
    private final Network network;
    private final Lifetime lifetime;

    Platform(Known disk, Known helper, Network network, Lifetime lifetime) {
        this.disk = disk;
        this.helper = helper;
        this.network = network;
        this.lifetime = lifetime;
    }

    /** The word in JSON. */
    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether what is written lasts. */
    Known disk() {
        return disk;
    }

    /** Whether a process in the background lives on. */
    Known helper() {
        return helper;
    }

    Network network() {
        return network;
    }

    /** How long it lives; where the disk is probed and does not last it is less. */
    Lifetime lifetime() {
        return lifetime;
    }

    /**
     * A platform that was recognised.
     *
     * @param rule the variable that told
     */
    record Found(Platform platform, String rule) {}

    static Found in(Map<String, String> environment) {
        for (Platform platform : values()) {
            Optional<String> rule = platform.mark(environment);
            if (rule.isPresent()) {
                return new Found(platform, rule.get());
            }
        }
        throw new IllegalStateException("the last platform is everywhere");
    }

    /** The variable that tells of this platform, if it is set so. */
    private Optional<String> mark(Map<String, String> environment) {
        return switch (this) {
            case CLAUDE_CODE_CLOUD ->
                    marked("CLAUDE_CODE_REMOTE", environment, value -> !Word.isFalse(value));
            case DEVIN -> marked("DEVIN_TASK_ID", environment, _ -> true);
            case GITHUB_ACTIONS_SELF_HOSTED ->
                    GITHUB_ACTIONS
                            .mark(environment)
                            .filter(_ ->
                                    "self-hosted".equals(environment.get("RUNNER_ENVIRONMENT")));
            case GITHUB_ACTIONS -> marked("GITHUB_ACTIONS", environment, "true"::equals);
            case CODESPACES -> marked("CODESPACES", environment, "true"::equals);
            case CI_OTHER ->
                    marked("CI", environment, Word::isTrue)
                            .or(() ->
                                    CI_MARKS.stream()
                                            .flatMap(name ->
                                                    marked(name, environment, _ -> true).stream())
                                            .findFirst());
            case LOCAL -> Optional.of("probe");
        };
    }

    private static Optional<String> marked(
            String name, Map<String, String> environment, Predicate<String> fires) {
        return Optional.ofNullable(environment.get(name))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .filter(fires)
                .map(_ -> name);
    }
}
