package dev.oxbow.providers.local;

import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.SandboxState;
import dev.oxbow.sandbox.Tier;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is written down of a sandbox: enough for any later process to control it.
 *
 * @param id its id
 * @param specLabels labels it was made with, part of the creation's key
 * @param labels labels now
 * @param limits its limits
 * @param readOnly host folders shown inside
 * @param uid host user that its processes run as; empty if it is the caller's own
 * @param createdAt when it was made
 * @param incarnation how often it was started
 * @param state where it stood when this was written; the holder decides whether that still holds
 * @param bootId boot of the machine in which the holder lives
 * @param holder first process inside, which keeps the namespaces
 * @param monitor the holder's parent, in the namespace between the host and the sandbox
 * @param groups control groups of the sandbox
 * @param enforced walls and limits of this incarnation
 * @param tier what was built; empty in records from before there was a choice
 */
record StoredSandbox(
        SandboxId id,
        Labels specLabels,
        Labels labels,
        Limits limits,
        Map<String, String> readOnly,
        Optional<Integer> uid,
        Instant createdAt,
        int incarnation,
        SandboxState state,
        String bootId,
        Optional<ProcessRef> holder,
        Optional<ProcessRef> monitor,
        SandboxGroups groups,
        List<Enforcement> enforced,
        Optional<Tier> tier) {

    static StoredSandbox creating(SandboxSpec spec, Optional<Integer> uid, Tier tier) {
        return new StoredSandbox(
                spec.id(),
                spec.labels(),
                spec.labels(),
                spec.limits(),
                readOnlyOf(spec),
                uid,
                Instant.now(),
                0,
                SandboxState.CREATING,
                ProcessTable.bootId(),
                Optional.empty(),
                Optional.empty(),
                SandboxGroups.NONE,
                List.of(),
                Optional.of(tier));
    }

    private static Map<String, String> readOnlyOf(SandboxSpec spec) {
        Map<String, String> map = new TreeMap<>();
        spec.readOnly().forEach((inside, host) -> map.put(inside, host.toString()));
        return map;
    }

    /** Its walls. */
    Tier builtAs() {
        return tier.orElse(Tier.NAMESPACE);
    }

    /** Whether it has any. */
    boolean walled() {
        return builtAs().isolates();
    }

    /** Whether it was made from an equal request. */
    boolean madeFrom(SandboxSpec spec, Tier wanted) {
        return builtAs() == wanted
                && specLabels.equals(spec.labels())
                && limits.equals(spec.limits())
                && readOnly.equals(readOnlyOf(spec));
    }

    StoredSandbox running(
            ProcessRef newHolder,
            ProcessRef newMonitor,
            SandboxGroups newGroups,
            List<Enforcement> walls) {
        return new StoredSandbox(
                id,
                specLabels,
                labels,
                limits,
                readOnly,
                uid,
                createdAt,
                incarnation + 1,
                SandboxState.READY,
                ProcessTable.bootId(),
                Optional.of(newHolder),
                Optional.of(newMonitor),
                newGroups,
                walls,
                tier);
    }

    /** Of another incarnation within the same walls. */
    StoredSandbox again(int newIncarnation) {
        return new StoredSandbox(
                id,
                specLabels,
                labels,
                limits,
                readOnly,
                uid,
                createdAt,
                newIncarnation,
                SandboxState.READY,
                bootId,
                holder,
                monitor,
                groups,
                enforced,
                tier);
    }

    StoredSandbox in(SandboxState newState) {
        return new StoredSandbox(
                id,
                specLabels,
                labels,
                limits,
                readOnly,
                uid,
                createdAt,
                incarnation,
                newState,
                bootId,
                holder,
                monitor,
                groups,
                enforced,
                tier);
    }

    StoredSandbox labelled(Labels newLabels) {
        return new StoredSandbox(
                id,
                specLabels,
                newLabels,
                limits,
                readOnly,
                uid,
                createdAt,
                incarnation,
                state,
                bootId,
                holder,
                monitor,
                groups,
                enforced,
                tier);
    }

    /** Whether the namespaces of this incarnation still stand. */
    boolean held() {
        return holder.filter(ProcessTable::alive).isPresent()
                && monitor.filter(ProcessTable::alive).isPresent()
                && bootId.equals(ProcessTable.bootId());
    }

    /** Writes it in place of what was there, whole or not at all. */
    void write(Path file) {
        RecordFile.write(file, this);
    }

    /**
     * Reads a record.
     *
     * @return empty only if it is proven absent
     */
    static Optional<StoredSandbox> read(Path file) {
        return RecordFile.read(file, StoredSandbox.class);
    }
}
