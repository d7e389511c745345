package dev.relevo.deploy;

/**
 * A deploy that succeeded, as read back from the cluster.
 *
 * @param release the release that serves now
 * @param unchanged whether the cluster held exactly this already
 * @param replicas number of available pods
 */
public record DeployOutcome(Release release, boolean unchanged, int replicas) {}
