package dev.relevo.traffic;

import dev.relevo.cluster.ObjectRef;

/**
 * By the number of pods behind one Service: every pod gets the same share. The stable pods stay all there, so the real
 * share of few pods is coarse, and never more than half.
 *
 * @param candidate the candidate's Deployment
 * @param stable number of stable pods
 * @param compared whether as many pods of a baseline stand beside them as the candidate has
 */
public record ReplicaRatio(ObjectRef candidate, int stable, boolean compared) implements Router {
    public ReplicaRatio {
        if (stable < 0) {
            throw new IllegalArgumentException("Pods are counted from 0, not " + stable);
        }
    }

    /** How many candidate pods come nearest to the share: at least one, at most as many as are stable. */
    public int pods(int percent) {
        if (percent <= 0) {
            return 0;
        }
        long nearest = percent >= 100 ? stable : Math.round(stable * percent / (100.0 - percent));
        return (int) Math.max(1, Math.min(nearest, stable));
    }

    @Override
    public Share share(int percent) {
        int pods = pods(percent);
        return new Share(percent, pods, (long) pods + stable + (compared ? pods : 0));
    }

    @Override
    public String subject() {
        return candidate.kind().name() + "/" + candidate.name();
    }
}
