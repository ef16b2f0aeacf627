package dev.oxbow.providers.local;

/**
 * What a child of the launcher was bound to once it had taken filter and fence, as the kernel says.
 *
 * @param noNewPrivs {@code NoNewPrivs} of its status
 * @param seccomp {@code Seccomp} of its status
 * @param landlock version of Landlock that it took; 0 if the kernel has none that is of use
 */
record Confinement(String noNewPrivs, String seccomp, int landlock) {

    /** Reads the words of a notice. */
    static Confinement parse(String words) {
        String[] three = words.split(" ", 3);
        return three.length == 3
                ? new Confinement(three[0], three[1], Integer.parseInt(three[2]))
                : new Confinement("", "", -1);
    }
}
