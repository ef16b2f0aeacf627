package dev.oxbow.providers.local;

/**
 * All that the views of sandboxes work with.
 *
 * @param site what all share
 * @param lifecycle makes, starts, stops and removes
 * @param layering works on layers
 * @param checkpoints takes them
 * @param rollbacks goes back to them
 */
record Workings(
        Site site,
        Lifecycle lifecycle,
        Layering layering,
        Checkpoints checkpoints,
        Rollbacks rollbacks) {

    static Workings of(Site site, LayerJoining.Limits limits, CrashPoint.Listener crash) {
        Layering layering = Layering.of(site, limits, crash);
        Lifecycle lifecycle = new Lifecycle(site, layering);
        Checkpoints checkpoints = new Checkpoints(site, lifecycle, layering);
        return new Workings(
                site,
                lifecycle,
                layering,
                checkpoints,
                new Rollbacks(site, lifecycle, checkpoints, layering));
    }
}
