{{/* Labels of everything; of one part with "part". */}}
{{- define "zhucun.labels" -}}
app.kubernetes.io/name: zhucun
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .part }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "zhucun.selector" -}}
app.kubernetes.io/name: zhucun
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .part }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "zhucun.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end }}

{{- define "zhucun.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "zhucun.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Environment without any secret. */}}
{{- define "zhucun.environment" -}}
- { name: ZHUCUN_MODE, value: servers }
- { name: ZHUCUN_ORIGIN, value: {{ required "origin: the first part of every log's origin" .Values.origin | quote }} }
- { name: ZHUCUN_SECRETS_DIR, value: /run/zhucun/settings }
- { name: ZHUCUN_KEY_DIR, value: /run/zhucun/keys }
- { name: ZHUCUN_VKEY_DIR, value: /etc/zhucun/vkeys }
- { name: ZHUCUN_STATE_DIR, value: /var/lib/zhucun/signer }
- { name: ZHUCUN_VAR, value: /var/lib/zhucun }
- { name: ZHUCUN_HOST, value: "0.0.0.0" }
- { name: ZHUCUN_PORT, value: "8000" }
- { name: ZHUCUN_REPLICAS, value: {{ .Values.bus.replicas | quote }} }
- { name: ZHUCUN_POOL_SIZE, value: {{ .Values.poolSize | quote }} }
- { name: ZHUCUN_BODY_LIMIT, value: {{ .Values.bodyLimit | int64 | quote }} }
- { name: ZHUCUN_LOG_FORMAT, value: json }
- { name: ZHUCUN_LOG_LEVEL, value: {{ .Values.logLevel }} }
- { name: ZHUCUN_OIDC_ISSUER, value: {{ required "oidc.issuer" .Values.oidc.issuer | quote }} }
- { name: ZHUCUN_OIDC_AUDIENCE, value: {{ .Values.oidc.audience | quote }} }
- { name: ZHUCUN_OIDC_JWKS, value: {{ required "oidc.jwks" .Values.oidc.jwks | quote }} }
- { name: ZHUCUN_OIDC_PERSON_CLAIM, value: {{ .Values.oidc.personClaim | quote }} }
{{- range $name, $_ := .Values.services }}
- { name: ZHUCUN_{{ upper $name }}_URL, value: "{{ include "zhucun.scheme" $ }}://{{ $.Release.Name }}-{{ $name }}:8000" }
{{- end }}
{{- if .Values.sm2 }}
- { name: ZHUCUN_SM2, value: "true" }
{{- end }}
{{- if .Values.traces.url }}
- { name: ZHUCUN_TRACE_URL, value: {{ .Values.traces.url | quote }} }
- { name: ZHUCUN_TRACE_RATIO, value: {{ .Values.traces.ratio | quote }} }
{{- end }}
{{- if .Values.caConfigMap }}
- { name: SSL_CERT_FILE, value: /etc/zhucun/ca/ca.crt }
{{- end }}
{{- end }}

{{- define "zhucun.scheme" -}}
{{ ternary "https" "http" .Values.tls.enabled }}
{{- end }}

{{/* What a process that listens needs beside: its certificate, and whom it believes to be another service. */}}
{{- define "zhucun.listening" -}}
{{- if .Values.tls.enabled }}
- { name: ZHUCUN_TLS_CERT, value: /run/zhucun/tls/tls.crt }
- { name: ZHUCUN_TLS_KEY, value: /run/zhucun/tls/tls.key }
- { name: ZHUCUN_TLS_CA, value: /run/zhucun/tls/ca.crt }
{{- else }}
- { name: ZHUCUN_PLAIN_HTTP, value: "true" }
{{- end }}
{{- end }}

{{- define "zhucun.probes" -}}
{{- $scheme := include "zhucun.scheme" . | upper }}
# Starting rebuilds nothing and waits for nothing but the database and the bus.
startupProbe: { httpGet: { path: /healthz, port: http, scheme: {{ $scheme }} }, periodSeconds: 2, failureThreshold: 60 }
livenessProbe: { httpGet: { path: /healthz, port: http, scheme: {{ $scheme }} }, periodSeconds: 10, timeoutSeconds: 5 }
readinessProbe: { httpGet: { path: /readyz, port: http, scheme: {{ $scheme }} }, periodSeconds: 5, timeoutSeconds: 5 }
{{- end }}

{{- define "zhucun.mounts" -}}
- { name: tmp, mountPath: /tmp }
- { name: vkeys, mountPath: /etc/zhucun/vkeys, readOnly: true }
- { name: settings, mountPath: /run/zhucun/settings, readOnly: true }
{{- if .Values.caConfigMap }}
- { name: ca, mountPath: /etc/zhucun/ca, readOnly: true }
{{- end }}
{{- if .Values.oidc.configMap }}
- { name: oidc, mountPath: /etc/zhucun/oidc, readOnly: true }
{{- end }}
{{- end }}

{{- define "zhucun.volumes" -}}
- { name: tmp, emptyDir: { sizeLimit: 2Gi } }
- { name: vkeys, configMap: { name: {{ .Values.vkeysConfigMap }} } }
{{- if .Values.caConfigMap }}
- { name: ca, configMap: { name: {{ .Values.caConfigMap }} } }
{{- end }}
{{- if .Values.oidc.configMap }}
- { name: oidc, configMap: { name: {{ .Values.oidc.configMap }} } }
{{- end }}
{{- end }}
