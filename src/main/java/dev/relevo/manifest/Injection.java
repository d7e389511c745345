package dev.relevo.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KnownKinds;
import dev.relevo.cluster.KubeObject;
import dev.relevo.report.Problem;
import java.util.Optional;

/**
 * What makes manifests those of one release: the image by its digest, the ConfigMap by its hash, the namespace, and the labels
 * that tell whose the objects are. Selectors and pod labels stay as they are written.
 *
 * @param app the application
 * @param namespace where it goes
 * @param image {@code repository@sha256:…}
 * @param workload the workload and the container in it that get the image
 * @param config the ConfigMap's written name and the immutable object's name
 */
public record Injection(String app, String namespace, String image, Workload workload, Optional<ConfigName> config) {
    /** The label that says which app an object belongs to. */
    public static final String APP_LABEL = "relevo.dev/app";

    /** Kubernetes' label for the tool that manages an object, and our name in it. */
    public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";

    public static final String MANAGED_BY = "relevo";

    /** A ConfigMap as manifests name it, and as it is in the cluster. */
    public record ConfigName(String written, String live) {}

    public Injection {
        if (!image.matches("[^\\s@]+@sha256:[0-9a-f]{64}")) {
            throw Problem.of(ManifestError.IMAGE, "The image [" + image + "] is not given by its digest")
                    .detail("Expected repository@sha256: and 64 hexadecimal digits")
                    .remedy("Run `relevo push`, or pass the reference that it printed.")
                    .asException();
        }
    }

    /**
     * The manifests of the release.
     *
     * @throws dev.relevo.report.RelevoException when the manifests hold the ConfigMap themselves, or name another namespace
     */
    public Manifests into(Manifests manifests) {
        config.flatMap(name -> manifests.find(Kind.CONFIG_MAP, name.written())).ifPresent(Injection::refuseSecond);
        manifests.items().forEach(this::checkNamespace);
        return manifests.map(this::inject);
    }

    /** The labels that say whose an object is. */
    public static KubeObject owned(KubeObject object, String app) {
        return object.withLabel(APP_LABEL, app).withLabel(MANAGED_BY_LABEL, MANAGED_BY);
    }

    private KubeObject inject(KubeObject written) {
        boolean isWorkload = written.kind().sameGroupAndName(workload.object().kind())
                && written.name().equals(workload.object().name());
        KubeObject placed = KnownKinds.namespaced(written.kind()) ? written.withNamespace(namespace) : written;
        return owned(placed, app)
                .with(tree -> PodTemplates.podSpec(tree).ifPresent(spec -> {
                    setImage(spec, isWorkload);
                    config.ifPresent(name -> ConfigReferences.rename(spec, name.written(), name.live()));
                }));
    }

    /** The chosen container, and every other one that runs the project's image, such as a migration before the start. */
    private void setImage(ObjectNode spec, boolean isWorkload) {
        String repository = PodTemplates.repositoryOf(image);
        PodTemplates.eachContainer(spec, container -> {
            boolean chosen = isWorkload && container.path("name").asText().equals(workload.container());
            if (chosen
                    || PodTemplates.repositoryOf(container.path("image").asText())
                            .equals(repository)) {
                container.put("image", image);
            }
        });
    }

    private void checkNamespace(Manifest manifest) {
        String written = manifest.object().namespace();
        if (!written.isEmpty() && !written.equals(namespace)) {
            throw Problem.of(
                            ManifestError.NAMESPACE,
                            manifest.object().kind().name() + "/"
                                    + manifest.object().name() + " ("
                                    + manifest.source() + ") is for the namespace [" + written
                                    + "], the environment for [" + namespace + "]")
                    .remedy("Leave metadata.namespace out of the manifests; relevo.yaml says it for each environment.")
                    .asException();
        }
    }

    private static void refuseSecond(Manifest manifest) {
        throw Problem.of(
                        ManifestError.CONFIG_MAP_TWICE,
                        "The ConfigMap [" + manifest.object().name() + "] is in the manifests (" + manifest.source()
                                + ") and in the configmap section of relevo.yaml")
                .remedy(
                        "Keep one of them: remove the manifest, or give the other one another name with configmap.name.")
                .asException();
    }
}
