package dev.relevo.cluster;

import dev.relevo.report.Problem;
import java.util.List;

/**
 * Why pods do not become ready.
 *
 * @param code which kind of cause
 * @param cause one line, naming container, object and value
 * @param evidence what the cluster and the container say, most telling first
 * @param remedy the next step
 * @param fatal whether waiting cannot help, so that a wait should end at once
 */
public record Finding(ClusterError code, String cause, List<String> evidence, String remedy, boolean fatal) {
    public Finding {
        evidence = List.copyOf(evidence);
    }

    /** The finding for the user. */
    public Problem problem() {
        return Problem.of(code, cause).details(evidence).remedy(remedy);
    }
}
