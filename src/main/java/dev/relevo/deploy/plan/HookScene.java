package dev.relevo.deploy.plan;

import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.Release;
import dev.relevo.deploy.release.ReleaseSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a hook is told of the deploy that it belongs to.
 *
 * @param release number of the release
 * @param content hash of what the release puts into the cluster: the same when the same deploy is tried again
 */
public record HookScene(
        String app, String namespace, int release, String image, Optional<String> revision, String content) {
    public static HookScene of(Release release) {
        ReleaseSpec spec = release.spec();
        return new HookScene(
                spec.app(), spec.namespace(), release.number(), spec.image(), spec.revision(), spec.contentHash());
    }

    public AppRef ref() {
        return new AppRef(app, namespace);
    }

    /** Names and values as a request's text and a program's variables have them. */
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("app", app);
        values.put("namespace", namespace);
        values.put("release", Integer.toString(release));
        values.put("image", image);
        values.put("revision", revision.orElse(""));
        return values;
    }
}
