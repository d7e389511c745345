package dev.relevo.deploy.execute;

import dev.relevo.cluster.KubeObject;
import dev.relevo.deploy.release.Template;
import dev.relevo.deploy.release.Workload;
import java.util.Collection;
import java.util.List;

/**
 * The pods that a StatefulSet waits for in vain. It replaces its pods one after the other and goes on only when the last one
 * became ready; after a template that cannot work it waits so for ever, also when it has got a good one since (Kubernetes,
 * StatefulSets, forced rollback). They serve nobody and are of another template, so they may go.
 *
 * @param set the StatefulSet, after its controller has seen the present template
 */
record StuckPods(KubeObject set) {
    List<KubeObject> among(Collection<KubeObject> pods) {
        String template = new Workload(set).template();
        return pods.stream()
                .filter(pod -> !pod.deleting() && ownedBySet(pod))
                .filter(pod -> !Template.ofPod(pod).equals(template) && !EndpointWait.ready(pod))
                .toList();
    }

    private boolean ownedBySet(KubeObject pod) {
        return set.uid().equals(pod.at("/metadata/ownerReferences/0/uid").asText());
    }
}
