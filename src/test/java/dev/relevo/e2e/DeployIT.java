package dev.relevo.e2e;

import java.nio.file.Path;

/** The deploy suite on the local environment. */
class DeployIT extends DeploySuite {
    @Override
    Site site(Path folder) throws Exception {
        return Site.local(folder);
    }
}
