package dev.relevo.local.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The object store: everything in memory, every change in a journal. One lock orders all writes. */
public final class JournaledStore implements ObjectStore {
    private static final Logger LOG = LoggerFactory.getLogger(JournaledStore.class);
    private static final int GENERATED_NAME_ATTEMPTS = 8;

    private final ReentrantLock lock = new ReentrantLock();
    private final ResourceTypes types;
    private final Admission admission;
    private final int historyPerType;
    private final Metadata metadata;
    private final Deletion deletion;
    private final Contents contents = new Contents();
    private final Map<ResourceType, History> histories = new HashMap<>();
    private final Dispatcher dispatcher = new Dispatcher();
    private final Journal journal;
    private final long startVersion;
    private volatile long version = 1;
    private boolean closed;

    private JournaledStore(
            Path directory, ResourceTypes types, Admission admission, int historyPerType, Clock clock, Random random) {
        this.types = types;
        this.admission = admission;
        this.historyPerType = historyPerType;
        this.metadata = new Metadata(clock, random);
        this.deletion = new Deletion(metadata);
        this.journal = Journal.open(directory, this::replay);
        this.startVersion = version;
    }

    /**
     * Opens the store in a directory, which is made when it is missing.
     *
     * @param historyPerType how many changes of each type can be watched from
     * @throws IllegalStateException when another server has the directory open
     * @throws java.io.UncheckedIOException when the directory cannot be used
     */
    public static JournaledStore open(Path directory, ResourceTypes types, Admission admission, int historyPerType) {
        return new JournaledStore(directory, types, admission, historyPerType, Clock.systemUTC(), new SecureRandom());
    }

    @Override
    public ResourceTypes types() {
        return types;
    }

    @Override
    public long resourceVersion() {
        return version;
    }

    @Override
    public Optional<ObjectNode> get(ObjectKey key) {
        return contents.get(key);
    }

    @Override
    public ObjectList snapshot(ResourceType type, String namespace, LabelSelector selector) {
        lock.lock();
        try {
            return select(version, contents.all(type), namespace, selector);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ObjectList snapshotAt(ResourceType type, String namespace, LabelSelector selector, long resourceVersion) {
        lock.lock();
        try {
            List<WatchEvent> later = history(type).after(resourceVersion);
            return select(resourceVersion, contents.before(type, later), namespace, selector);
        } finally {
            lock.unlock();
        }
    }

    private static ObjectList select(
            long version, Collection<ObjectNode> objects, String namespace, LabelSelector selector) {
        List<ObjectNode> selected = new ArrayList<>();
        for (ObjectNode object : objects) {
            boolean here = namespace.isEmpty()
                    || object.path("metadata").path("namespace").asText().equals(namespace);
            if (here && selector.matches(object)) {
                selected.add(object);
            }
        }
        return new ObjectList(version, selected);
    }

    @Override
    public ObjectNode create(ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        ObjectNode template = Trees.canonical(object);
        Metadata.identify(type, namespace, template);
        lock.lock();
        try {
            for (int attempt = 1; ; attempt++) {
                ObjectNode after = template.deepCopy();
                boolean generated = metadata.generateName(after);
                NamespaceLifecycle.check(type, namespace, after, contents);
                admit(type, after, options);
                ObjectKey key = ObjectKey.of(type, after);
                if (contents.get(key).isEmpty()) {
                    return options.dryRun() ? after : store(key, Optional.empty(), after);
                }
                if (!generated || attempt == GENERATED_NAME_ATTEMPTS) {
                    throw ApiError.alreadyExists(key);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void admit(ResourceType type, ObjectNode after, WriteOptions options) {
        if (type.hasStatus() && !type.equals(ResourceTypes.NODE)) {
            after.remove("status");
        }
        metadata.assign(after, admission.countsGenerations(type));
        admission.applyDefaults(type, after);
        Admission.Change change = new Admission.Change(type, Optional.empty(), after, Admission.Part.MAIN, options);
        admission.trackFields(change);
        admission.prepare(change, this);
        admission.validate(change);
    }

    @Override
    public ObjectNode update(ObjectKey key, ObjectNode object, WriteOptions options) {
        return write(key, Admission.Part.MAIN, options, before -> object);
    }

    @Override
    public ObjectNode updateStatus(ObjectKey key, ObjectNode object, WriteOptions options) {
        return write(key, Admission.Part.STATUS, options, before -> object);
    }

    @Override
    public ObjectNode modify(ObjectKey key, WriteOptions options, UnaryOperator<ObjectNode> change) {
        return write(key, Admission.Part.MAIN, options, change);
    }

    @Override
    public ObjectNode modifyStatus(ObjectKey key, WriteOptions options, UnaryOperator<ObjectNode> change) {
        return write(key, Admission.Part.STATUS, options, change);
    }

    @Override
    public ObjectNode modifyFinalizers(ObjectKey key, WriteOptions options, UnaryOperator<ObjectNode> change) {
        return write(key, Admission.Part.FINALIZERS, options, change);
    }

    private ObjectNode write(
            ObjectKey key, Admission.Part part, WriteOptions options, UnaryOperator<ObjectNode> function) {
        lock.lock();
        try {
            ObjectNode before = contents.get(key).orElseThrow(() -> ApiError.notFound(key));
            ObjectNode asked = Trees.canonical(function.apply(before.deepCopy()));
            Preconditions.check(key, before, asked, admission.requiresResourceVersion(key.type()));
            ObjectNode after = Parts.merge(key.type(), part, before, asked);
            admission.applyDefaults(key.type(), after);
            Admission.Change change = new Admission.Change(key.type(), Optional.of(before), after, part, options);
            admission.trackFields(change);
            admission.prepare(change, this);
            if (admission.countsGenerations(key.type()) && Metadata.specificationDiffers(before, after)) {
                int generation = before.path("metadata").path("generation").asInt(0);
                Trees.child(after, "metadata").put("generation", generation + 1);
            }
            admission.validate(change);
            Metadata.keepTimesIfNothingElseChanged(before, after);
            if (options.dryRun() || after.equals(before)) {
                return after;
            }
            return Deletion.isDue(after) ? remove(key, before, after) : store(key, Optional.of(before), after);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ObjectNode delete(ObjectKey key, DeleteOptions options) {
        lock.lock();
        try {
            ObjectNode before = contents.get(key).orElseThrow(() -> ApiError.notFound(key));
            Deletion.checkPreconditions(key, before, options);
            Optional<ObjectNode> marked =
                    deletion.mark(key.type(), before, options, propagation(key.type(), before, options));
            if (options.dryRun()) {
                return marked.orElse(before);
            }
            if (marked.isEmpty()) {
                return remove(key, before, before.deepCopy());
            }
            return marked.get().equals(before) ? before : store(key, Optional.of(before), marked.get());
        } finally {
            lock.unlock();
        }
    }

    /** What was asked for; else, on the first deletion only and unless a finalizer has settled it, the type's default. */
    private Optional<DeleteOptions.Propagation> propagation(
            ResourceType type, ObjectNode object, DeleteOptions options) {
        if (options.propagation().isPresent() || Deletion.isSettled(object)) {
            return options.propagation();
        }
        return Optional.of(admission.defaultPropagation(type));
    }

    @Override
    public Watch watch(ResourceType type, long fromResourceVersion, Consumer<WatchEvent> consumer) {
        lock.lock();
        try {
            List<WatchEvent> backlog = new ArrayList<>();
            if (fromResourceVersion == 0) {
                contents.all(type).forEach(object -> backlog.add(WatchEvent.present(object)));
            } else {
                backlog.addAll(history(type).after(fromResourceVersion));
            }
            return dispatcher.subscribe(type, backlog, consumer, this::resourceVersion);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void register(ResourceType type) {
        lock.lock();
        try {
            types.register(type);
            journal.append(Journal.register(type, version));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unregister(ResourceType type) {
        lock.lock();
        try {
            types.unregister(type);
            append(Journal.unregister(type, version));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                dispatcher.close();
                journal.compact(everything());
                journal.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private ObjectNode store(ObjectKey key, Optional<ObjectNode> before, ObjectNode after) {
        long next = next(after);
        append(Journal.put(key.type(), next, after));
        contents.put(key, after);
        WatchEvent.Type change = before.isPresent() ? WatchEvent.Type.MODIFIED : WatchEvent.Type.ADDED;
        publish(key.type(), new WatchEvent(change, after, before, next));
        return after;
    }

    private ObjectNode remove(ObjectKey key, ObjectNode before, ObjectNode last) {
        long next = next(last);
        append(Journal.remove(key, next));
        contents.remove(key);
        publish(key.type(), new WatchEvent(WatchEvent.Type.DELETED, last, Optional.of(before), next));
        return last;
    }

    private long next(ObjectNode object) {
        long next = version + 1;
        Trees.child(object, "metadata").put("resourceVersion", Long.toString(next));
        return next;
    }

    private void append(ObjectNode entry) {
        if (closed) {
            throw ApiError.of(503, "ServiceUnavailable", "the server is stopping");
        }
        journal.append(entry);
    }

    private void publish(ResourceType type, WatchEvent event) {
        version = event.resourceVersion();
        history(type).add(event);
        dispatcher.post(type, event);
        if (journal.wantsCompaction()) {
            compact();
        }
    }

    /** The change that led here is stored already: when the disk has no room for a snapshot, the journal goes on growing. */
    private void compact() {
        try {
            journal.compact(everything());
        } catch (UncheckedIOException e) {
            LOG.warn("The journal could not be shortened; it is tried again later", e);
        }
    }

    private History history(ResourceType type) {
        return histories.computeIfAbsent(type, key -> new History(historyPerType, startVersion));
    }

    private Iterator<ObjectNode> everything() {
        List<ObjectNode> records = new ArrayList<>();
        types.added().forEach(type -> records.add(Journal.register(type, 0)));
        for (ResourceType type : contents.types()) {
            contents.all(type).forEach(object -> records.add(Journal.put(type, 0, object)));
        }
        records.add(Journal.version(version));
        return records.iterator();
    }

    private void replay(ObjectNode entry) {
        long recorded = entry.path("rv").asLong();
        if (recorded != 0 && recorded <= version && !entry.path("op").asText().endsWith("type")) {
            return;
        }
        switch (entry.path("op").asText()) {
            case "put" -> {
                ObjectNode object = (ObjectNode) entry.get("object");
                contents.put(ObjectKey.of(recordedType(entry), object), object);
            }
            case "remove" ->
                contents.remove(recordedType(entry)
                        .key(
                                entry.path("namespace").asText(),
                                entry.path("name").asText()));
            case "type" -> {
                ResourceType type = Journal.registered(entry);
                if (types.byKind(type.apiVersion(), type.kind()).isEmpty()) {
                    types.register(type);
                }
            }
            case "untype" ->
                types.byKind(
                                entry.path("apiVersion").asText(),
                                entry.path("kind").asText())
                        .ifPresent(types::unregister);
            default -> {}
        }
        version = Math.max(version, recorded);
    }

    private ResourceType recordedType(ObjectNode entry) {
        String apiVersion = entry.path("apiVersion").asText();
        String kind = entry.path("kind").asText();
        return types.byKind(apiVersion, kind)
                .orElseThrow(() -> new IllegalStateException("The store holds a [" + apiVersion + " " + kind
                        + "], which this version does not know; reset the local environment"));
    }
}
