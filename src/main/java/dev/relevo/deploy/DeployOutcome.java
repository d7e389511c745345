package dev.relevo.deploy;

import dev.relevo.deploy.release.HookOutcome;
import dev.relevo.deploy.release.Release;
import java.util.List;

/**
 * A deploy that succeeded, as read back from the cluster.
 *
 * @param release the release that serves now
 * @param unchanged whether the cluster held exactly this already
 * @param replicas number of available pods
 * @param hooks how the hooks ended
 */
public record DeployOutcome(Release release, boolean unchanged, int replicas, List<HookOutcome> hooks) {
    public DeployOutcome {
        hooks = List.copyOf(hooks);
    }
}
