package dev.relevo.local.environment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.controller.EventRecorder;
import dev.relevo.local.controller.Informer;
import dev.relevo.local.controller.Meta;
import dev.relevo.local.controller.WorkQueue;
import dev.relevo.local.controller.Workers;
import dev.relevo.local.postgres.PostgresAddon;
import dev.relevo.local.postgres.PostgresFailure;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.Watch;
import dev.relevo.local.store.WriteOptions;
import java.util.Optional;

/**
 * Gives a database to each Secret that asks for one by annotation, and keeps what the Secret says true: a server that is
 * started again elsewhere is told to those who had it.
 */
final class DatabaseRequests implements AutoCloseable {
    /** The annotation of a Secret that asks: the database's name. */
    static final String REQUEST = "local.relevo.dev/postgresql";

    /** The annotation that says when it was asked last: a number that only grows. */
    static final String ASKED = "local.relevo.dev/postgresql-asked";

    /** The annotation that says what was answered last: the number that was asked with. */
    static final String ANSWERED = "local.relevo.dev/postgresql-answered";

    /** The annotation that says why there is none. */
    static final String FAILURE = "local.relevo.dev/postgresql-failure";

    private final ObjectStore store;
    private final PostgresAddon postgres;
    private final EventRecorder events;
    private final WorkQueue<ObjectKey> queue;
    private final Watch watch;

    DatabaseRequests(ObjectStore store, Workers workers, EventRecorder events, PostgresAddon postgres) {
        this.store = store;
        this.postgres = postgres;
        this.events = events;
        this.queue = new WorkQueue<>("databases", workers, 1, this::fulfil);
        this.watch = Informer.of(store, ResourceTypes.SECRET, secret -> {
            if (!Meta.annotation(secret, REQUEST).isEmpty()) {
                queue.add(ObjectKey.of(ResourceTypes.SECRET, secret));
            }
        });
    }

    private void fulfil(ObjectKey key) throws InterruptedException {
        Optional<ObjectNode> secret = store.get(key).filter(each -> !Meta.isDeleting(each));
        if (secret.isEmpty()) {
            return;
        }
        String asked = Meta.annotation(secret.get(), ASKED);
        try {
            postgres.ensureDatabase(key.namespace(), key.name(), Meta.annotation(secret.get(), REQUEST));
            note(key, "", asked);
        } catch (PostgresFailure e) {
            events.warning("relevo-postgresql", secret.get(), "DatabaseUnavailable", String.valueOf(e.getMessage()));
            note(key, String.valueOf(e.getMessage()), asked);
        }
    }

    private void note(ObjectKey key, String failure, String asked) {
        store.modify(key, WriteOptions.NONE, secret -> {
            if (failure.isEmpty()) {
                Meta.child(Meta.child(secret, "metadata"), "annotations").remove(FAILURE);
            } else {
                Meta.annotate(secret, FAILURE, failure);
            }
            if (!asked.isEmpty()) {
                Meta.annotate(secret, ANSWERED, asked);
            }
            return secret;
        });
    }

    @Override
    public void close() {
        watch.close();
        queue.close();
    }
}
