package dev.relevo.local.access;

/** What somebody wants to do. */
public sealed interface Action {
    /** In RBAC's terms, e.g. {@code get} or {@code deletecollection}. */
    String verb();

    /**
     * To objects.
     *
     * @param verb what
     * @param group the API group, empty for the core group
     * @param resource the plural, e.g. {@code pods}
     * @param subresource e.g. {@code log}; may be empty
     * @param namespace empty for all namespaces or none
     * @param name the object's; empty for all
     */
    record OnResource(String verb, String group, String resource, String subresource, String namespace, String name)
            implements Action {
        /** The same with another verb. */
        public OnResource with(String other) {
            return new OnResource(other, group, resource, subresource, namespace, name);
        }

        /** Resource and subresource as rules name them, e.g. {@code pods/log}. */
        String whole() {
            return subresource.isEmpty() ? resource : resource + "/" + subresource;
        }
    }

    /**
     * To a path that is none of a resource.
     *
     * @param verb the HTTP method in small letters
     * @param path e.g. {@code /healthz}
     */
    record OnPath(String verb, String path) implements Action {}
}
