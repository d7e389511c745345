package dev.relevo.deploy.strategy;

import dev.relevo.cluster.ObjectRef;
import dev.relevo.config.VerifyConfig.HttpCheck;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.plan.Operation.MetricsGate;
import dev.relevo.deploy.plan.Operation.Smoke;
import dev.relevo.deploy.plan.Settings;
import dev.relevo.deploy.release.ReleaseObjects;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is asked before and after the traffic moves, as operations: none where nothing is to be asked. */
record Checks(String namespace, ReleaseObjects objects, Settings settings) {
    /** Asks through a Service. */
    List<Operation> through(ObjectRef service) {
        List<HttpCheck> asked = settings.verify().http();
        return asked.isEmpty() ? List.of() : List.of(new Smoke(service, asked));
    }

    /** The same through the app's main Service, if it has one. */
    List<Operation> throughMain() {
        return objects.services().stream()
                .findFirst()
                .map(service -> through(service.ref()))
                .orElse(List.of());
    }

    /** Asks those who have the traffic now, before the others are idle. */
    List<Operation> fromOutside() {
        if (!settings.verify().http().isEmpty()) {
            return throughMain();
        }
        return objects.services().stream()
                .findFirst()
                .<Operation>map(service -> new Operation.Knock(service.ref()))
                .stream()
                .toList();
    }

    /** Lets the candidate be observed: by its metrics where they are configured. */
    List<Operation> observe(Candidate candidate, Optional<Baseline> baseline, Duration during, String why) {
        if (settings.verify().metrics().isPresent()) {
            return List.of(new MetricsGate(
                    namespace,
                    candidate.labels(),
                    baseline.map(Baseline::labels).orElse(Map.of()),
                    settings.verify().metrics().get(),
                    during));
        }
        return during.isZero() ? List.of() : List.of(new Operation.Observe(during, why));
    }
}
