package dev.relevo.deploy.execute;

import dev.relevo.cluster.Cluster;
import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.plan.Operation;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.HookOutcome;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.ReleaseRecord;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.RelevoException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes down what becomes of releases, with the objects that were written for them and how their hooks ended. */
final class ReleaseRecords {
    private final Cluster cluster;
    private final EventSink events;
    private final Writer writer;
    private final HookRuns hooks;
    private final Map<ObjectRef, String> uids = new HashMap<>();

    ReleaseRecords(Tools tools, Writer writer, HookRuns hooks) {
        this.cluster = tools.cluster();
        this.events = tools.events();
        this.writer = writer;
        this.hooks = hooks;
    }

    /** What was written for the release is recorded with it. */
    void remember(KubeObject written) {
        if (!Marks.adopted(written)) {
            uids.put(written.ref(), written.uid());
        }
    }

    void record(Operation.RecordRelease record) {
        ReleaseSpec spec = record.release().spec();
        Map<ObjectRef, String> written = new HashMap<>();
        spec.manifests().forEach(manifest -> {
            String uid = uids.get(manifest.ref());
            if (uid != null) {
                written.put(manifest.ref(), uid);
            }
        });
        history(spec.ref()).write(new ReleaseRecord(record.release(), record.status(), written), writer);
        noteHooks(spec.ref(), record.release().number());
    }

    void mark(AppRef app, int number, ReleaseStatus status) {
        history(app).mark(number, status, writer);
    }

    void start(AppRef app, int number) {
        history(app).start(number, writer);
    }

    void forget(AppRef app, int number) {
        history(app).forget(number, writer);
    }

    /** Writes down how the hooks of a release ended, if the release is written down already. */
    void noteHooks(AppRef app, int number) {
        List<HookOutcome> outcomes = hooks.outcomes(number);
        if (outcomes.isEmpty()) {
            return;
        }
        try {
            history(app).note(number, outcomes, writer);
        } catch (RelevoException | ClusterRefusal e) {
            events.emit(new Event.Warning("How the hooks ended could not be recorded", ""));
        }
    }

    private ReleaseHistory history(AppRef app) {
        return new ReleaseHistory(cluster, app);
    }
}
