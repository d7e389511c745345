package dev.relevo.e2e;

import dev.relevo.access.LeastRole;
import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.KubeconfigIssuer;
import dev.relevo.cluster.ObjectRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Who deploys in end-to-end tests: a ServiceAccount with the printed role, as an administrator would make it for a CI system. */
final class Deployer {
    private static final String NAME = "relevo-deployer";
    private static final String RBAC = "rbac.authorization.k8s.io/v1";
    /** Longer than the longest run of bench/soak. */
    private static final Duration TOKEN_LIFETIME = Duration.ofHours(8);

    private Deployer() {}

    /** Makes a namespace that lets only restricted pods in. */
    static void makeNamespace(Cluster admin, String namespace) {
        KubeObject unused = admin.create(KubeObject.named(new ObjectRef(Kind.NAMESPACE, "", namespace))
                .withLabel("pod-security.kubernetes.io/enforce", "restricted"));
    }

    /** Makes the account, which may do nothing yet. */
    static ObjectRef make(Cluster admin, String namespace) {
        ObjectRef account = new ObjectRef(new Kind("v1", "ServiceAccount"), namespace, NAME);
        KubeObject unused = admin.create(KubeObject.named(account));
        return account;
    }

    /** Makes what {@code relevo rbac} prints, and binds its roles to the account. */
    static void allow(Cluster admin, ObjectRef account, LeastRole printed) {
        for (KubeObject object : printed.objects()) {
            KubeObject made = admin.create(object);
            if (made.kind().name().endsWith("Role")) {
                KubeObject unused = admin.create(binding(made, account));
            }
        }
    }

    /** Gives a role to an account. */
    static KubeObject binding(KubeObject role, ObjectRef account) {
        Kind kind = new Kind(RBAC, role.kind().name() + "Binding");
        return KubeObject.named(new ObjectRef(kind, role.namespace(), role.name()))
                .with(tree -> {
                    tree.putObject("roleRef")
                            .put("apiGroup", "rbac.authorization.k8s.io")
                            .put("kind", role.kind().name())
                            .put("name", role.name());
                    tree.putArray("subjects")
                            .addObject()
                            .put("kind", "ServiceAccount")
                            .put("name", account.name())
                            .put("namespace", account.namespace());
                });
    }

    /** A kubeconfig with a token of the account. */
    static Path kubeconfig(Path admin, ObjectRef account, Path file) {
        try (KubeconfigIssuer issuer = KubeconfigIssuer.connect(Optional.of(admin), Optional.empty())) {
            issuer.issue(account, TOKEN_LIFETIME, "deployer", account.namespace())
                    .write(file);
        }
        return file;
    }
}
