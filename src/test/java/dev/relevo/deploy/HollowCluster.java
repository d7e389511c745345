package dev.relevo.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.relevo.local.api.ApiServer;
import dev.relevo.local.api.KubernetesStore;
import dev.relevo.local.controller.Conditions;
import dev.relevo.local.controller.Controllers;
import dev.relevo.local.controller.EventRecorder;
import dev.relevo.local.controller.Informer;
import dev.relevo.local.controller.Meta;
import dev.relevo.local.controller.Pods;
import dev.relevo.local.controller.WorkQueue;
import dev.relevo.local.controller.Workers;
import dev.relevo.local.store.DeleteOptions;
import dev.relevo.local.store.ObjectKey;
import dev.relevo.local.store.ObjectStore;
import dev.relevo.local.store.ResourceTypes;
import dev.relevo.local.store.Watch;
import dev.relevo.local.store.WriteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The local environment's API server and controllers with a node that runs nothing and says that everything runs, so that pods
 * cost as good as nothing: many of them, or many deploys, over real HTTP.
 */
final class HollowCluster implements AutoCloseable {
    private static final String TOKEN = "hollow";

    private final Workers workers = new Workers();
    private final AtomicInteger addresses = new AtomicInteger();
    private final Duration startsIn;
    private final ObjectStore store;
    private final Controllers controllers;
    private final WorkQueue<ObjectKey> node;
    private final Watch pods;
    private final ApiServer api;
    private final Path kubeconfig;

    /** @param startsIn how long a pod takes to become ready */
    HollowCluster(Path folder, Duration startsIn) throws IOException {
        this.startsIn = startsIn;
        store = KubernetesStore.open(folder.resolve("objects"));
        controllers = new Controllers(store, workers, new EventRecorder(store));
        node = new WorkQueue<>("hollow node", workers, 4, this::run);
        pods = Informer.of(store, ResourceTypes.POD, pod -> node.add(ObjectKey.of(ResourceTypes.POD, pod)));
        controllers.start();
        api = ApiServer.start(store, new ApiServer.Options(0, TOKEN, folder.resolve("certificates"), Optional.empty()));
        kubeconfig = folder.resolve("kubeconfig");
        api.kubeconfig("hollow").write(kubeconfig);
    }

    Path kubeconfig() {
        return kubeconfig;
    }

    ObjectStore store() {
        return store;
    }

    String url() {
        return api.url();
    }

    static String token() {
        return TOKEN;
    }

    private void run(ObjectKey key) {
        ObjectNode pod = store.get(key).orElse(null);
        if (pod == null || Pods.isTerminal(pod)) {
            return;
        }
        if (Meta.isDeleting(pod)) {
            store.delete(key, DeleteOptions.now());
        } else if (pod.at("/spec/nodeName").asText("").isEmpty()) {
            store.modify(key, WriteOptions.NONE, each -> {
                Meta.child(each, "spec").put("nodeName", "hollow");
                return each;
            });
            node.addAfter(key, startsIn);
        } else if (pod.at("/spec/nodeName").asText().equals("hollow") && !Pods.isReady(pod)) {
            Duration age = Duration.between(Meta.created(pod), java.time.Instant.now());
            if (age.compareTo(startsIn) < 0) {
                node.addAfter(key, startsIn.minus(age));
            } else if (!broken(pod)) {
                ready(key);
            }
        }
    }

    /** Images whose names say so never become ready. */
    private static boolean broken(JsonNode pod) {
        return pod.at("/spec/containers/0/image").asText().contains("broken");
    }

    private void ready(ObjectKey key) {
        int number = addresses.incrementAndGet();
        store.modifyStatus(key, WriteOptions.NONE, each -> {
            ObjectNode status = Meta.child(each, "status");
            status.put("phase", "Running").put("podIP", "127.70." + number / 250 % 250 + "." + (1 + number % 250));
            Conditions.set(status, "Ready", "True", "", "", false);
            return each;
        });
    }

    @Override
    public void close() {
        api.close();
        pods.close();
        node.close();
        controllers.close();
        workers.close();
        store.close();
    }
}
