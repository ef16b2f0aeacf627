package dev.oxbow.environment;

import java.util.Set;
import java.util.TreeSet;

/** Programs that Oxbow uses, and the packages that bring them. */
public enum Tool {
    /** Worktrees and history. */
    GIT("git", Need.ALWAYS, "git"),
    /** The walls of the local provider. */
    BUBBLEWRAP("bwrap", Need.ALWAYS, "bubblewrap"),
    /** Starts commands in them and watches over each. */
    PERL("perl", Need.ALWAYS, "perl"),
    /** Puts relays into their network. */
    NSENTER("nsenter", Need.ALWAYS, "util-linux"),
    /** Gives a relay a session of its own. */
    SETSID("setsid", Need.ALWAYS, "util-linux"),
    /** Carries connections out of a sandbox without network. */
    SOCAT("socat", Need.ALWAYS, "socat"),
    /** Runs the agents that are written for it. */
    NODE("node", Need.FOR_AGENTS, "nodejs"),
    /** Installs the agents. */
    NPM("npm", Need.FOR_AGENTS, "npm");

    /** When a tool is needed. */
    public enum Need {
        /** By every run. */
        ALWAYS,
        /** To install or run an agent. */
        FOR_AGENTS
    }

    private final String executable;
    private final Need need;
    private final String packageName;

    Tool(String executable, Need need, String packageName) {
        this.executable = executable;
        this.need = need;
        this.packageName = packageName;
    }

    /** Name of the program. */
    public String executable() {
        return executable;
    }

    /** When it is needed. */
    public Need need() {
        return need;
    }

    /** The package that brings it. */
    public String packageName(PackageInstaller manager) {
        // Alpine cuts this one package into several; nsenter and setsid are in the rest.
        if (manager == PackageInstaller.APK && packageName.equals("util-linux")) {
            return "util-linux-misc";
        }
        return packageName;
    }

    /** The packages that bring those tools, each once. */
    static Set<String> packages(Iterable<Tool> tools, PackageInstaller manager) {
        Set<String> names = new TreeSet<>();
        tools.forEach(tool -> names.add(tool.packageName(manager)));
        return names;
    }
}
