/**
 * The controllers of the local environment, with the semantics of Kubernetes' own: event-driven, one work queue each,
 * every reconciliation computed from what the store holds now.
 */
@NullMarked
package dev.relevo.local.controller;

import org.jspecify.annotations.NullMarked;
