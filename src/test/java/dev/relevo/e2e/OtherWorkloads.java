package dev.relevo.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import java.util.List;

/** The same pods as a Deployment's, made by a workload of another kind. */
final class OtherWorkloads {
    private OtherWorkloads() {}

    static KubeObject as(Kind kind, KubeObject deployment) {
        if (kind.equals(Kind.DEPLOYMENT)) {
            return deployment;
        }
        ObjectRef ref = new ObjectRef(kind, deployment.namespace(), deployment.name());
        return KubeObject.named(ref).with(tree -> {
            tree.set("metadata", deployment.at("/metadata").deepCopy());
            ObjectNode spec = deployment.at("/spec").deepCopy();
            spec.remove(List.of("strategy", "progressDeadlineSeconds"));
            tree.set("spec", spec);
            if (kind.equals(Kind.STATEFUL_SET)) {
                spec.put("serviceName", deployment.name());
            } else {
                spec.remove("replicas");
                // On a single node the old pod may go only when the new one is there.
                spec.putObject("updateStrategy")
                        .put("type", "RollingUpdate")
                        .putObject("rollingUpdate")
                        .put("maxSurge", 1)
                        .put("maxUnavailable", 0);
            }
        });
    }
}
