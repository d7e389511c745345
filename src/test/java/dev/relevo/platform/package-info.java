/** The files of {@code k8s/}: what a cluster is prepared with. */
package dev.relevo.platform;
