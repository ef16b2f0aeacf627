package dev.oxbow.providers.local;

/**
 * What there is to work on layers with.
 *
 * @param store where they are
 * @param mounts how they are shown
 * @param support whether this machine can
 * @param garbage what nobody needs
 * @param joining how there do not get too many
 * @param crash where a test may let us die
 */
record Layering(
        LayerStore store,
        LayerMounts mounts,
        LayerSupport support,
        LayerGarbage garbage,
        LayerJoining joining,
        CrashPoint.Listener crash) {

    static Layering of(Site site, LayerJoining.Limits limits, CrashPoint.Listener crash) {
        LayerStore store = new LayerStore(site.config());
        LayerMounts mounts = new LayerMounts(site, store);
        LayerGarbage garbage = new LayerGarbage(site, store);
        return new Layering(
                store,
                mounts,
                new LayerSupport(site, store, mounts),
                garbage,
                new LayerJoining(site, store, mounts, garbage, limits, crash),
                crash);
    }
}
