package dev.relevo.manifest;

import dev.relevo.cluster.KubeObject;

/** One desired object and where it was written. */
public record Manifest(KubeObject object, Source source) {}
