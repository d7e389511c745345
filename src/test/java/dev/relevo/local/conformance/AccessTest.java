package dev.relevo.local.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Service accounts, their tokens, and what roles let them do. */
class AccessTest extends ConformanceSuite {
    private static final String RBAC = "rbac.authorization.k8s.io/v1";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @BeforeAll
    void createObjects() {
        createConfigMap("first", "{a: '1'}");
        createConfigMap("second", "{a: '2'}");
    }

    /** A new service account's token. */
    private String token(String account) {
        cluster.post(cluster.path("v1", "serviceaccounts"), "{metadata: {name: " + account + "}}")
                .ok();
        Answer issued = cluster.post(
                        cluster.path("v1", "serviceaccounts") + "/" + account + "/token",
                        "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {expirationSeconds: 700}}")
                .ok();
        assertThat(issued.text("/kind")).isEqualTo("TokenRequest");
        assertThat(Instant.parse(issued.text("/status/expirationTimestamp"))).isAfter(Instant.now());
        return issued.text("/status/token");
    }

    private void allow(String account, String rules) {
        cluster.post(cluster.path(RBAC, "roles"), "{metadata: {name: " + account + "}, rules: " + rules + "}")
                .ok();
        bind(account, "Role", account);
    }

    private void bind(String account, String kind, String role) {
        cluster.post(
                        cluster.path(RBAC, "rolebindings"),
                        "{metadata: {name: " + account + "}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: "
                                + kind
                                + ", name: " + role + "}, subjects: [{kind: ServiceAccount, name: " + account
                                + ", namespace: " + cluster.namespace() + "}]}")
                .ok();
    }

    /** A real cluster learns of a role a moment after it was created. */
    private static Answer await(Supplier<Answer> request) {
        Instant deadline = Instant.now().plus(PATIENCE);
        Answer answer = request.get();
        while (answer.code() == 403 && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
            answer = request.get();
        }
        return answer.ok();
    }

    private String user(String account) {
        return "system:serviceaccount:" + cluster.namespace() + ":" + account;
    }

    @Test
    void aTokenStandsForItsServiceAccount() {
        String token = token("someone");
        Answer review = cluster.sendAs(
                        token,
                        "POST",
                        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                        "{apiVersion: authentication.k8s.io/v1, kind: SelfSubjectReview}")
                .ok();
        assertThat(review.text("/status/userInfo/username")).isEqualTo(user("someone"));
        assertThat(review.at("/status/userInfo/groups").toString())
                .contains(
                        "\"system:serviceaccounts\"",
                        "\"system:serviceaccounts:" + cluster.namespace() + "\"",
                        "\"system:authenticated\"");
        Answer known = cluster.post(
                        "/apis/authentication.k8s.io/v1/tokenreviews",
                        "{apiVersion: authentication.k8s.io/v1, kind: TokenReview, spec: {token: " + token + "}}")
                .ok();
        assertThat(known.at("/status/authenticated").asBoolean()).isTrue();
        assertThat(known.text("/status/user/username")).isEqualTo(user("someone"));
    }

    @Test
    void aTokenIsWorthNothingWithoutItsServiceAccount() {
        String token = token("leaving");
        cluster.sendAs(token, "/apis").ok();
        cluster.delete(cluster.path("v1", "serviceaccounts") + "/leaving").ok();
        Instant deadline = Instant.now().plus(PATIENCE);
        while (cluster.sendAs(token, "/apis").code() != 401 && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        cluster.sendAs(token, "/apis").refused(401, "Unauthorized");
    }

    @Test
    void aTokenIsGoodForTenMinutesOrMore() {
        cluster.post(cluster.path("v1", "serviceaccounts"), "{metadata: {name: hasty}}")
                .ok();
        Answer refused = cluster.post(
                        cluster.path("v1", "serviceaccounts") + "/hasty/token",
                        "{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {expirationSeconds: 60}}")
                .refused(422, "Invalid");
        assertThat(refused.message())
                .contains("spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes");
    }

    @Test
    void whatNoRoleAllowsIsForbidden() {
        String token = token("stranger");
        String namespace = cluster.namespace();
        assertThat(cluster.sendAs(token, configMaps()).refused(403, "Forbidden").message())
                .isEqualTo("configmaps is forbidden: User \"" + user("stranger")
                        + "\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"" + namespace
                        + "\"");
        assertThat(cluster.sendAs(token, deployments() + "/web/scale")
                        .refused(403, "Forbidden")
                        .message())
                .isEqualTo("deployments.apps \"web\" is forbidden: User \"" + user("stranger")
                        + "\" cannot get resource \"deployments/scale\" in API group \"apps\" in the namespace \""
                        + namespace + "\"");
        Answer nodes = cluster.sendAs(token, "/api/v1/nodes").refused(403, "Forbidden");
        assertThat(nodes.message()).endsWith("cannot list resource \"nodes\" in API group \"\" at the cluster scope");
        assertThat(nodes.text("/details/kind")).isEqualTo("nodes");
        assertThat(cluster.sendAs(token, "/metrics").refused(403, "Forbidden").message())
                .isEqualTo("forbidden: User \"" + user("stranger") + "\" cannot get path \"/metrics\"");
        cluster.sendAs(token, "/api").ok();
        cluster.sendAs(token, "/version").ok();
    }

    @Test
    void aRoleAllowsItsVerbsOnItsResources() {
        String token = token("reader");
        allow(
                "reader",
                "[{apiGroups: [''], resources: [configmaps, pods/log], verbs: [get, list]},"
                        + " {apiGroups: [apps], resources: ['*'], verbs: ['*']}]");
        await(() -> cluster.sendAs(token, configMaps()));
        cluster.sendAs(token, configMaps() + "/first").ok();
        cluster.sendAs(token, configMaps() + "?watch=1").refused(403, "Forbidden");
        cluster.sendAs(token, "POST", configMaps(), "{metadata: {name: third}}").refused(403, "Forbidden");
        cluster.sendAs(token, cluster.path("v1", "pods") + "/p").refused(403, "Forbidden");
        assertThat(cluster.sendAs(token, cluster.path("v1", "pods") + "/p/log").code())
                .isEqualTo(404);
        assertThat(cluster.sendAs(token, deployments() + "/absent/scale").code())
                .isEqualTo(404);
        cluster.sendAs(token, "/api/v1/configmaps").refused(403, "Forbidden");
        cluster.sendAs(token, "/api/v1/namespaces/default/configmaps").refused(403, "Forbidden");
    }

    @Test
    void aRoleMayNameItsObjects() {
        String token = token("keeper");
        allow(
                "keeper",
                "[{apiGroups: [''], resources: [configmaps], resourceNames: [first], verbs: [get, list, watch, patch]}]");
        await(() -> cluster.sendAs(token, configMaps() + "/first"));
        cluster.sendAs(token, configMaps() + "/second").refused(403, "Forbidden");
        cluster.sendAs(token, configMaps()).refused(403, "Forbidden");
        Answer selected = cluster.sendAs(token, configMaps() + "?fieldSelector=metadata.name%3Dfirst")
                .ok();
        assertThat(selected.at("/items")).hasSize(1);
    }

    @Test
    void whoAppliesWhatIsNotThereMustBeAllowedToCreateIt() {
        String token = token("applier");
        allow("applier", "[{apiGroups: [''], resources: [configmaps], verbs: [get, patch]}]");
        await(() -> cluster.sendAs(token, configMaps() + "/first"));
        String applied = "{apiVersion: v1, kind: ConfigMap, metadata: {name: fresh}, data: {a: '1'}}";
        Answer refused = cluster.sendAs(token, "PATCH", configMaps() + "/fresh?fieldManager=me", applied)
                .refused(403, "Forbidden");
        assertThat(refused.message()).contains("cannot create resource \"configmaps\"");
        cluster.apply(configMaps() + "/fresh", "other", applied).ok();
        cluster.sendAs(token, "PATCH", configMaps() + "/fresh?fieldManager=me", applied)
                .ok();
    }

    @Test
    void aClusterRoleCanBeBoundInANamespace() {
        String token = token("viewer");
        bind("viewer", "ClusterRole", "view");
        await(() -> cluster.sendAs(token, configMaps()));
        cluster.sendAs(token, cluster.path("v1", "secrets")).refused(403, "Forbidden");
        cluster.sendAs(token, cluster.path("apps/v1", "deployments") + "?limit=1")
                .ok();
        cluster.sendAs(token, "/api/v1/namespaces/" + cluster.namespace()).ok();
    }

    @Test
    void nobodyGivesOthersWhatHeDoesNotHave() {
        String token = token("granter");
        allow(
                "granter",
                "[{apiGroups: [rbac.authorization.k8s.io], resources: [roles, rolebindings], verbs: [create, list]},"
                        + " {apiGroups: [''], resources: [configmaps], verbs: [get, list]}]");
        await(() -> cluster.sendAs(token, cluster.path(RBAC, "roles")));
        Answer beyond = cluster.sendAs(
                        token,
                        "POST",
                        cluster.path(RBAC, "roles"),
                        "{metadata: {name: beyond}, rules: [{apiGroups: [''], resources: [secrets], verbs: [get]}]}")
                .refused(403, "Forbidden");
        assertThat(beyond.message()).contains("is attempting to grant RBAC permissions not currently held");
        cluster.sendAs(
                        token,
                        "POST",
                        cluster.path(RBAC, "roles"),
                        "{metadata: {name: within}, rules: [{apiGroups: [''], resources: [configmaps], verbs: [get]}]}")
                .ok();
        cluster.sendAs(
                        token,
                        "POST",
                        cluster.path(RBAC, "rolebindings"),
                        "{metadata: {name: everything}, roleRef: {apiGroup: rbac.authorization.k8s.io,"
                                + " kind: ClusterRole, name: cluster-admin}, subjects: [{kind: User, name: me,"
                                + " apiGroup: rbac.authorization.k8s.io}]}")
                .refused(403, "Forbidden");
    }

    @Test
    void rolesAndBindingsAreChecked() {
        Answer rule = cluster.post(
                        cluster.path(RBAC, "roles"),
                        "{metadata: {name: odd}, rules: [{apiGroups: [''], resources: [pods]},"
                                + " {nonResourceURLs: [/x], verbs: [get]}]}")
                .refused(422, "Invalid");
        assertThat(rule.message())
                .contains("rules[0].verbs: Required value: verbs must contain at least one value")
                .contains("rules[1].nonResourceURLs: Invalid value")
                .contains("namespaced rules cannot apply to non-resource URLs");
        String bindings = cluster.path(RBAC, "rolebindings");
        String binding = "{apiVersion: " + RBAC + ", kind: RoleBinding, metadata: {name: kept}, roleRef: {apiGroup:"
                + " rbac.authorization.k8s.io, kind: ClusterRole, name: %s}, subjects: [{kind: User, name: me}]}";
        Answer created = cluster.post(bindings, binding.formatted("view")).ok();
        assertThat(created.text("/subjects/0/apiGroup")).isEqualTo("rbac.authorization.k8s.io");
        Answer changed = cluster.put(bindings + "/kept", TestCluster.yaml(binding.formatted("edit")))
                .refused(422, "Invalid");
        assertThat(changed.message()).contains("cannot change roleRef");
    }

    @Test
    void tellsWhetherSomebodyElseMayDoSomething() {
        String review =
                "{apiVersion: authorization.k8s.io/v1, kind: SubjectAccessReview, spec: {user: %s, groups: [%s],"
                        + " resourceAttributes: {verb: delete, resource: pods, namespace: default}}}";
        String path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        assertThat(cluster.post(path, review.formatted("nobody", "system:authenticated"))
                        .ok()
                        .at("/status/allowed")
                        .asBoolean())
                .isFalse();
        assertThat(cluster.post(path, review.formatted("somebody", "'system:masters'"))
                        .ok()
                        .at("/status/allowed")
                        .asBoolean())
                .isTrue();
    }
}
