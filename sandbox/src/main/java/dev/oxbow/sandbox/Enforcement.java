package dev.oxbow.sandbox;

/**
 * One limit or wall of a sandbox as it really stands, for people to see in every run.
 *
 * @param name what it concerns, such as {@code memory} or {@code seccomp}
 * @param inForce whether it holds
 * @param mechanism by what, such as {@code cgroup v1}, {@code rlimit}; why not, if it does not hold
 */
public record Enforcement(String name, boolean inForce, String mechanism) {}
