package dev.relevo.local.proxy;

import java.util.List;
import java.util.Optional;

/**
 * Divides requests over Services exactly by weight, evenly mixed: nginx's smooth weighted round robin. In any run of as many
 * requests as the weights sum up to, each Service gets as many as its weight.
 */
final class WeightedServices {
    /**
     * One Service.
     *
     * @param port where its share goes; empty when there is no such port
     * @param weight its share, 0 for nothing
     */
    record Share(Optional<PortKey> port, int weight) {}

    private final List<Share> shares;
    private final long[] credit;
    private final long total;

    WeightedServices(List<Share> shares) {
        this.shares = List.copyOf(shares);
        this.credit = new long[shares.size()];
        this.total = shares.stream().mapToLong(Share::weight).sum();
    }

    List<Share> shares() {
        return shares;
    }

    /** Whose turn it is; empty when there is nobody, or when it is the turn of a Service that does not exist. */
    synchronized Optional<PortKey> next() {
        int best = -1;
        for (int i = 0; i < credit.length; i++) {
            int weight = shares.get(i).weight();
            credit[i] += weight;
            if (weight > 0 && (best < 0 || credit[i] > credit[best])) {
                best = i;
            }
        }
        if (best < 0) {
            return Optional.empty();
        }
        credit[best] -= total;
        return shares.get(best).port();
    }
}
