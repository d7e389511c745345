package dev.relevo.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;

/** The deploy suite on a cluster of somebody's own; CONTRIBUTING.md says how to give one. */
@Tag("any-cluster")
class GivenClusterIT extends DeploySuite {
    private static final String NO_CLUSTER =
            "no cluster is given by RELEVO_E2E_KUBECONFIG, RELEVO_E2E_REGISTRY and RELEVO_E2E_BASE_IMAGE";

    @Override
    Site site(Path folder) {
        Optional<Site> given = Site.given(System.getenv());
        if (given.isEmpty()) {
            // Maven does not show why a class was skipped.
            System.out.println("GivenClusterIT is skipped: " + NO_CLUSTER);
        }
        assumeTrue(given.isPresent(), NO_CLUSTER);
        return given.get();
    }
}
