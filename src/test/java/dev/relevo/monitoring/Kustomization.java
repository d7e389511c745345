package dev.relevo.monitoring;

/** The kustomizations of {@code k8s/monitoring}, each rendered once. */
enum Kustomization {
    BASE("base"),
    LINKERD("overlays/linkerd"),
    AWS("overlays/aws"),
    HAPROXY("overlays/haproxy"),
    SMALL("overlays/small");

    private final Stack stack;

    Kustomization(String folder) {
        this.stack = Stack.of(folder);
    }

    Stack stack() {
        return stack;
    }
}
