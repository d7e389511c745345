package dev.relevo.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;

/** The deploy suite on a cluster of somebody's own; CONTRIBUTING.md says how to give one. */
class GivenClusterIT extends DeploySuite {
    @Override
    Site site(Path folder) {
        Optional<Site> given = Site.given(System.getenv());
        assumeTrue(
                given.isPresent(),
                "no cluster is given by RELEVO_E2E_KUBECONFIG, RELEVO_E2E_REGISTRY and RELEVO_E2E_BASE_IMAGE");
        return given.get();
    }
}
