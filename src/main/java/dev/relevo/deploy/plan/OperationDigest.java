package dev.relevo.deploy.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.relevo.cluster.KubeObject;
import dev.relevo.cluster.ObjectRef;
import dev.relevo.deploy.release.AppRef;
import dev.relevo.deploy.release.Json;
import dev.relevo.deploy.release.Marks;
import dev.relevo.deploy.release.Release;
import dev.relevo.traffic.HttpRoute;
import dev.relevo.traffic.IngressCanary;
import dev.relevo.traffic.ReplicaRatio;
import dev.relevo.traffic.Router;
import dev.relevo.traffic.ServiceSelector;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An operation as one step of a frozen plan: its sentence, what it writes, and a hash of all that it consists of. */
public final class OperationDigest {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule().addSerializer(new WholeObject()))
            .addMixIn(Release.class, WithoutItsMoment.class)
            .build();

    private OperationDigest() {}

    static FrozenPlan.Step step(Operation operation) {
        String content = operation.getClass().getSimpleName() + Json.canonical(MAPPER.valueToTree(operation));
        String writes = written(operation).map(Sighting::name).orElse("");
        return new FrozenPlan.Step(operation.sentence(), writes, Json.sha256(content));
    }

    /** A hash of what hooks do. */
    static String hash(List<Hook> hooks) {
        return Json.sha256(Json.canonical(MAPPER.valueToTree(hooks)));
    }

    /** The object that an operation may write; of a release record its first Secret. */
    public static Optional<ObjectRef> written(Operation operation) {
        if (operation instanceof Operation.Apply apply) {
            return Optional.of(apply.object().ref());
        } else if (operation instanceof Operation.Delete delete) {
            return Optional.of(delete.ref());
        } else if (operation instanceof Operation.DropCandidate drop) {
            return Optional.of(drop.ref());
        } else if (operation instanceof Operation.ScaleTo scale) {
            return Optional.of(scale.ref());
        } else if (operation instanceof Operation.ReplaceStuckPods replace) {
            return Optional.of(replace.ref());
        } else if (operation instanceof Operation.ScaleLike scale) {
            return Optional.of(scale.ref());
        } else if (operation instanceof Operation.ShiftTraffic shift) {
            return Optional.of(written(shift.router()));
        } else if (operation instanceof Operation.RecordRelease record) {
            AppRef app = record.release().spec().ref();
            return Optional.of(Marks.recordSecret(app, record.release().number()));
        } else if (operation instanceof Operation.MarkRelease mark) {
            return Optional.of(Marks.recordSecret(mark.of(), mark.number()));
        } else if (operation instanceof Operation.RecordStart start) {
            return Optional.of(Marks.recordSecret(start.of(), start.number()));
        } else if (operation instanceof Operation.ForgetRelease forget) {
            return Optional.of(Marks.recordSecret(forget.of(), forget.number()));
        }
        return Optional.empty();
    }

    private static ObjectRef written(Router router) {
        if (router instanceof ServiceSelector selector) {
            return selector.service().ref();
        } else if (router instanceof HttpRoute route) {
            return route.route();
        } else if (router instanceof IngressCanary canary) {
            return canary.sibling().ref();
        }
        return ((ReplicaRatio) router).candidate();
    }

    private static final class WholeObject extends StdSerializer<KubeObject> {
        private static final long serialVersionUID = 1L;

        WholeObject() {
            super(KubeObject.class);
        }

        @Override
        public void serialize(KubeObject object, JsonGenerator generator, SerializerProvider provider)
                throws IOException {
            generator.writeTree(object.tree());
        }
    }

    /** A plan that is made again is made at another moment. */
    private abstract static class WithoutItsMoment {
        @JsonIgnore
        abstract Instant createdAt();
    }
}
