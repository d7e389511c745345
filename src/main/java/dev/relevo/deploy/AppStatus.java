package dev.relevo.deploy;

import dev.relevo.deploy.lock.Ask;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.Workload;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How an app stands.
 *
 * @param app which
 * @param deployed the release that is recorded as serving
 * @param pending a release that was begun and not ended: it is being deployed, or its deploy was interrupted
 * @param workload the app's own Deployment
 * @param candidate a candidate beside it
 * @param traffic where requests go
 * @param endpoints ready endpoints by Service, in the order of their names
 * @param lockedBy who deploys at the moment, and since when
 * @param asked what somebody has asked of that deploy
 * @param waits which person's word that deploy waits for
 * @param line who waits for the lock, and since when, the first in line first
 */
public record AppStatus(
        AppRef app,
        Optional<ReleaseRecord> deployed,
        Optional<ReleaseRecord> pending,
        Optional<Workload> workload,
        Optional<Workload> candidate,
        Observed.Traffic traffic,
        Map<String, Integer> endpoints,
        Optional<String> lockedBy,
        Optional<Ask> asked,
        Optional<String> waits,
        List<String> line) {
    public AppStatus {
        endpoints = Collections.unmodifiableMap(new TreeMap<>(endpoints));
        line = List.copyOf(line);
    }

    /** Whether the recorded release serves whole and nothing else is going on. */
    public boolean steady() {
        return deployed.isPresent()
                && pending.isEmpty()
                && candidate.isEmpty()
                && traffic == Observed.Traffic.STABLE
                && workload.filter(Workload::complete).isPresent();
    }
}
