package dev.relevo.deploy;

import dev.relevo.config.DeployConfig.StrategyName;
import java.util.List;

/**
 * The ordered operations that lead from an observed cluster to a release.
 *
 * @param release the release that serves at the end
 * @param strategy how the traffic is handed over
 * @param why in one sentence, why it goes this way
 * @param notes what the reader should know besides, one line each
 * @param operations in the order in which they are carried out
 */
public record Plan(Release release, StrategyName strategy, String why, List<String> notes, List<Operation> operations) {
    public Plan {
        notes = List.copyOf(notes);
        operations = List.copyOf(operations);
    }
}
