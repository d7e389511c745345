package dev.relevo.deploy.strategy;

import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.plan.Observed;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.Workload;
import dev.relevo.deploy.strategy.Candidate.Exposure;
import java.util.Map;
import java.util.Optional;

/**
 * The old version over again, as many pods as the candidate has and as old: caches that are still cold, and connections that
 * are new, are then no difference between the two (the comparison of Netflix' and Google's Kayenta).
 *
 * @param version the old version
 * @param exposure whether its pods have a Service of their own, to which a route gives a share, or stand behind the app's
 */
record Baseline(Candidate version, Exposure exposure) {
    /** From the record of what the app's own Deployment runs; empty where there is none, so that nobody knows its template. */
    static Optional<Baseline> of(Observed observed, Workload live, Exposure exposure) {
        return observed.records().stream()
                .map(ReleaseRecord::release)
                .filter(release -> live.runs(release.spec()))
                .reduce((earlier, later) -> later)
                .map((Release stable) -> new Baseline(Candidate.baseline(stable), exposure));
    }

    Map<String, String> labels() {
        return version.labels();
    }

    String template() {
        return version.release().spec().template();
    }

    ObjectRef ref() {
        return version.ref();
    }

    ObjectRef serviceRef() {
        return version.serviceRef();
    }

    KubeObject deployment(int replicas, Observed observed) {
        return version.deployment(replicas, exposure, observed);
    }

    KubeObject service(KubeObject main) {
        return version.service(main, labels());
    }
}
