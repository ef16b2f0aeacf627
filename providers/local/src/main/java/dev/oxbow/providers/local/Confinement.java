package dev.oxbow.providers.local;

/**
 * What a child of the launcher was bound to once it had taken the filter, as the kernel says.
 *
 * @param noNewPrivs {@code NoNewPrivs} of its status
 * @param seccomp {@code Seccomp} of its status
 */
record Confinement(String noNewPrivs, String seccomp) {

    /** Reads the words of a notice. */
    static Confinement parse(String words) {
        String[] two = words.split(" ", 2);
        return two.length == 2 ? new Confinement(two[0], two[1]) : new Confinement("", "");
    }
}
