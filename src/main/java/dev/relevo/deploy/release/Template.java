package dev.relevo.deploy.release;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.KubeObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** A workload's pod template: what makes one version differ from another. */
public final class Template {
    private Template() {}

    /** A short name for the content of a manifest's pod template: 12 hexadecimal digits of its SHA-256. */
    static String hash(KubeObject manifest) {
        return Json.sha256(Json.canonical(manifest.at("/spec/template"))).substring(0, 12);
    }

    /** The template that a pod was made from; empty when it was not made of a release. */
    public static String ofPod(KubeObject pod) {
        String annotated = pod.annotations().getOrDefault(Marks.TEMPLATE, "");
        return annotated.isEmpty() ? pod.labels().getOrDefault(Marks.TEMPLATE, "") : annotated;
    }

    /** Labels of the pods that a Deployment makes. */
    public static Map<String, String> labels(KubeObject deployment) {
        return deployment.strings("/spec/template/metadata/labels");
    }

    /** The images of all containers by their names, init containers too. */
    public static Map<String, String> images(KubeObject deployment) {
        Map<String, String> images = new LinkedHashMap<>();
        for (String list : new String[] {"initContainers", "containers"}) {
            deployment
                    .at("/spec/template/spec/" + list)
                    .forEach(container -> images.put(
                            container.path("name").asText(),
                            container.path("image").asText()));
        }
        return images;
    }

    /** A map in the template's metadata, made when it is not there. */
    public static ObjectNode metadata(ObjectNode deployment, String name) {
        ObjectNode template = Marks.child(Marks.child(deployment, "spec"), "template");
        return Marks.child(Marks.child(template, "metadata"), name);
    }
}
