/**
 * What kind of answer a problem is. Doors map it to their own: REST to 400/422, 401, 403, 404, 409, 413, 503 (RFC 9110),
 * VXP to its error codes.
 */
export type ProblemCategory =
  'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'conflict' | 'too_large' | 'unavailable';

/**
 * Every answer other than yes. `{name}` stands for a value the problem carries. The English sentence tells a programmer
 * what to change, the Vietnamese one tells a clerk.
 */
export const CATALOGUE = {
  // The request
  'request.malformed': {
    category: 'invalid',
    en: 'The request is not as described: {detail}.',
    vi: 'Yêu cầu không đúng cấu trúc: {detail}.',
  },
  'request.unsupported': {
    category: 'invalid',
    en: 'The content type {contentType} is not accepted here.',
    vi: 'Không nhận kiểu nội dung {contentType}.',
  },
  'cursor.invalid': {
    category: 'invalid',
    en: 'The cursor was not issued by this list.',
    vi: 'Con trỏ trang không hợp lệ.',
  },
  'cursor.expired': {
    category: 'invalid',
    en: 'What came after this cursor is partly no longer kept; the oldest cursor is {oldest}.',
    vi: 'Sự kiện sau con trỏ này đã quá thời hạn lưu; con trỏ cũ nhất còn dùng được là {oldest}.',
  },
  'route.not_found': {
    category: 'not_found',
    en: 'There is nothing at this address.',
    vi: 'Địa chỉ không tồn tại.',
  },
  'body.too_large': {
    category: 'too_large',
    en: 'The body is over the limit of {limit} bytes.',
    vi: 'Nội dung gửi vượt quá giới hạn {limit} byte.',
  },
  'upload.interrupted': {
    category: 'invalid',
    en: 'The upload ended before its end. Nothing was kept; send it again.',
    vi: 'Việc tải lên bị ngắt giữa chừng. Chưa có gì được lưu, hãy gửi lại.',
  },
  'idempotency.conflict': {
    category: 'conflict',
    en: 'The Idempotency-Key was used before for other content.',
    vi: 'Khóa Idempotency-Key đã dùng cho nội dung khác.',
  },
  'idempotency.in_progress': {
    category: 'conflict',
    en: 'A request with this Idempotency-Key is still being handled; ask again shortly.',
    vi: 'Yêu cầu cùng Idempotency-Key đang được xử lý, hãy thử lại sau.',
  },
  'service.unavailable': {
    category: 'unavailable',
    en: 'The axis cannot do this just now; try again later.',
    vi: 'Trục tạm thời chưa thực hiện được, hãy thử lại sau.',
  },

  // Sign-in and access
  'token.missing': {
    category: 'unauthenticated',
    en: 'An access token is required.',
    vi: 'Cần có mã truy cập.',
  },
  'token.invalid': {
    category: 'unauthenticated',
    en: 'The access token is unknown, expired or revoked.',
    vi: 'Mã truy cập không đúng, đã hết hạn hoặc bị thu hồi.',
  },
  'client.invalid': {
    category: 'unauthenticated',
    en: 'The system is unknown or its secret is wrong.',
    vi: 'Hệ thống không tồn tại hoặc khóa bí mật không đúng.',
  },
  'signature.header_invalid': {
    category: 'unauthenticated',
    en: 'The signature of the request does not hold: {detailEn}.',
    vi: 'Chữ ký của yêu cầu không hợp lệ: {detailVi}.',
  },
  'signature.header_replayed': {
    category: 'unauthenticated',
    en: 'The request was received before with this signature; sign each request anew.',
    vi: 'Yêu cầu với chữ ký này đã được nhận trước đó; mỗi yêu cầu phải được ký mới.',
  },
  'client.secret_not_kept': {
    category: 'unauthenticated',
    en: 'The axis does not keep the secret that signs the requests of {system}: register the system again.',
    vi: 'Trục chưa lưu khóa ký yêu cầu của hệ thống {system}: cần đăng ký lại hệ thống.',
  },
  'access.denied': {
    category: 'forbidden',
    en: 'The system may not do this.',
    vi: 'Hệ thống không có quyền thực hiện.',
  },
  'agency.not_yours': {
    category: 'forbidden',
    en: 'The system may not act for agency {agency}.',
    vi: 'Hệ thống không được thay mặt cơ quan {agency}.',
  },

  // Sender and addressees
  'sender.unknown': {
    category: 'invalid',
    en: 'The sending agency {agency} is not in the directory.',
    vi: 'Cơ quan gửi {agency} không có trong danh mục.',
  },
  'sender.closed': {
    category: 'invalid',
    en: 'The sending agency {agency} is closed.',
    vi: 'Cơ quan gửi {agency} đã giải thể.',
  },
  'sender.not_yours': {
    category: 'forbidden',
    en: 'The system may not send for agency {agency}.',
    vi: 'Hệ thống không được gửi thay cơ quan {agency}.',
  },
  'sender.differs': {
    category: 'forbidden',
    en: 'The request is for agency {header}, and the message is from {message}.',
    vi: 'Yêu cầu của cơ quan {header} nhưng văn bản do {message} gửi.',
  },
  'addressee.unknown': {
    category: 'invalid',
    en: 'The addressee {agency} is not in the directory.',
    vi: 'Nơi nhận {agency} không có trong danh mục.',
  },
  'addressee.closed': {
    category: 'invalid',
    en: 'The addressee {agency} is closed and has no successor.',
    vi: 'Nơi nhận {agency} đã giải thể và không có cơ quan kế thừa.',
  },
  'addressee.succession_cycle': {
    category: 'invalid',
    en: 'The successors of addressee {agency} lead back to itself; the directory must be mended.',
    vi: 'Chuỗi kế thừa của nơi nhận {agency} quay vòng; cần sửa danh mục.',
  },
  'addressee.is_sender': {
    category: 'invalid',
    en: 'The sending agency {agency} is among its own addressees.',
    vi: 'Cơ quan gửi {agency} nằm trong nơi nhận của chính mình.',
  },
  'addressee.not_addressable': {
    category: 'invalid',
    en: 'The addressee {agency} is a connection centre and receives no documents.',
    vi: 'Nơi nhận {agency} là trung tâm kết nối, không nhận văn bản.',
  },
  'addressees.missing': {
    category: 'invalid',
    en: 'A document needs at least one addressee.',
    vi: 'Văn bản phải có ít nhất một nơi nhận.',
  },
  'addressees.too_many': {
    category: 'too_large',
    en: '{count} addressees are over the limit of {limit}.',
    vi: '{count} nơi nhận vượt quá giới hạn {limit}.',
  },

  // The document
  'document.state_secret': {
    category: 'invalid',
    en: 'The document is marked {marking}; state secrets may not travel through the axis (QĐ 28/2018/QĐ-TTg, Article 1.2).',
    vi: 'Văn bản có độ mật {marking}; văn bản bí mật nhà nước không được gửi qua Trục (QĐ 28/2018/QĐ-TTg, Điều 1.2).',
  },
  'document.number_invalid': {
    category: 'invalid',
    en: 'The number and notation {number} break the rules: {detail}.',
    vi: 'Số và ký hiệu {number} không hợp lệ: {detail}.',
  },
  'document.kind_unknown': {
    category: 'invalid',
    en: '{kind} is none of the kinds of document of NĐ 30/2020/NĐ-CP.',
    vi: '{kind} không thuộc các loại văn bản của Nghị định 30/2020/NĐ-CP.',
  },
  'document.no_pdf': {
    category: 'invalid',
    en: 'The document has no PDF.',
    vi: 'Văn bản không có tệp PDF.',
  },
  'document.not_pdf': {
    category: 'invalid',
    en: 'The file {file} is called a PDF and is none.',
    vi: 'Tệp {file} không phải là PDF.',
  },
  'document.conflict': {
    category: 'conflict',
    en: 'Another document {reference} was sent before with other content, as {documentId}.',
    vi: 'Văn bản {reference} đã được gửi trước đó với nội dung khác (mã {documentId}).',
  },
  'document.not_found': {
    category: 'not_found',
    en: 'There is no such document from or to an agency of this system.',
    vi: 'Không có văn bản này trong phạm vi của hệ thống.',
  },
  'document.not_yours': {
    category: 'forbidden',
    en: 'The document {document} is not of the sending agency.',
    vi: 'Văn bản {document} không phải do cơ quan gửi ban hành.',
  },
  'document.in_process': {
    category: 'conflict',
    en: 'The document {document} is still being checked; try again shortly.',
    vi: 'Văn bản {document} đang được kiểm tra, hãy thử lại sau.',
  },
  'document.rejected': {
    category: 'conflict',
    en: 'The document {document} was rejected and never sent.',
    vi: 'Văn bản {document} đã bị từ chối và chưa được gửi đi.',
  },
  'document.withdrawn': {
    category: 'conflict',
    en: 'The document {document} was recalled.',
    vi: 'Văn bản {document} đã được lấy lại.',
  },
  'document.replaced': {
    category: 'conflict',
    en: 'The document {document} has been replaced by another.',
    vi: 'Văn bản {document} đã được thay thế bằng văn bản khác.',
  },
  'document.expired': {
    category: 'not_found',
    en: 'The content of the document has left the axis: its time there is over.',
    vi: 'Nội dung văn bản đã hết thời hạn lưu trên Trục.',
  },
  'document.access_ended': {
    category: 'forbidden',
    en: 'The content is no longer open to your agencies: it was taken back or is not for them any more.',
    vi: 'Nội dung không còn mở cho cơ quan: văn bản đã được lấy lại hoặc thôi gửi.',
  },
  'update.no_receivers': {
    category: 'invalid',
    en: 'After the update nobody would receive the document {document}.',
    vi: 'Sau khi cập nhật, văn bản {document} không còn nơi nhận nào.',
  },
  'update.not_receiver': {
    category: 'invalid',
    en: 'Agency {agency} is no receiver of the document and cannot be taken off its list.',
    vi: 'Cơ quan {agency} không nhận văn bản nên không thể thôi gửi.',
  },
  'update.receiver_ended': {
    category: 'conflict',
    en: 'This version of the document was taken back from agency {agency}; send it a new version.',
    vi: 'Văn bản này đã thôi gửi cho cơ quan {agency}; hãy gửi bản cập nhật mới.',
  },
  'replacement.cycle': {
    category: 'invalid',
    en: 'The document {document} replaces, directly or through others, the one that is to replace it.',
    vi: 'Văn bản {document} đã thay thế (trực tiếp hoặc qua văn bản khác) chính văn bản đang gửi.',
  },
  'forward.impossible': {
    category: 'conflict',
    en: 'A delivery that is “{state}” cannot be forwarded.',
    vi: 'Không thể chuyển tiếp văn bản đang ở trạng thái “{state}”.',
  },
  'forward.superseded': {
    category: 'conflict',
    en: 'Another document has taken the place of this one; forward that.',
    vi: 'Đã có văn bản cập nhật hoặc thay thế; hãy chuyển tiếp văn bản đó.',
  },
  'addressee.not_below': {
    category: 'invalid',
    en: 'Agency {agency} is not below {forwarder}.',
    vi: 'Cơ quan {agency} không trực thuộc {forwarder}.',
  },
  'date.invalid': {
    category: 'invalid',
    en: 'The date {date} does not exist.',
    vi: 'Ngày {date} không tồn tại.',
  },
  'date.in_future': {
    category: 'invalid',
    en: 'The date {date} lies in the future.',
    vi: 'Ngày {date} ở tương lai.',
  },

  'edxml.invalid': {
    category: 'invalid',
    en: 'The edXML message cannot be accepted: {detail}.',
    vi: 'Thông điệp edXML không hợp lệ: {detail}.',
  },
  'attachment.invalid': {
    category: 'invalid',
    en: 'An attachment of the message cannot be accepted: {detail}.',
    vi: 'Tệp đính kèm của thông điệp không hợp lệ: {detail}.',
  },

  // Signatures
  'signature.missing': {
    category: 'invalid',
    en: 'The file {file} is not signed.',
    vi: 'Tệp {file} chưa được ký số.',
  },
  'signature.invalid': {
    category: 'invalid',
    en: 'A signature on {file} does not hold: {detailEn}.',
    vi: 'Chữ ký số trên {file} không hợp lệ: {detailVi}.',
  },
  'signature.undetermined': {
    category: 'invalid',
    en: 'A signature on {file} can be neither confirmed nor denied: {detailEn}.',
    vi: 'Chưa xác định được chữ ký số trên {file}: {detailVi}.',
  },

  'document.unverifiable': {
    category: 'unavailable',
    en: 'The axis could not examine {file} in several attempts; it was not sent. Send it again.',
    vi: 'Trục không kiểm tra được {file} sau nhiều lần thử; văn bản chưa được gửi đi, hãy gửi lại.',
  },
  'signature.person_missing': {
    category: 'invalid',
    en: 'No competent person registered for agency {agency} has signed {file}.',
    vi: 'Tệp {file} chưa có chữ ký số của người có thẩm quyền thuộc cơ quan {agency}.',
  },
  'signature.agency_missing': {
    category: 'invalid',
    en: 'The file {file} does not carry the seal of agency {agency}.',
    vi: 'Tệp {file} chưa có chữ ký số (con dấu) của cơ quan {agency}.',
  },
  'seal.unavailable': {
    category: 'invalid',
    en: 'The axis holds no seal of agency {agency}.',
    vi: 'Trục không giữ con dấu số của cơ quan {agency}.',
  },

  // Files
  'file.empty': {
    category: 'invalid',
    en: 'The file {file} is empty.',
    vi: 'Tệp {file} rỗng.',
  },
  'file.hash_mismatch': {
    category: 'invalid',
    en: 'The file {file} was promised as SHA-256 {promised} and is {actual}.',
    vi: 'Tệp {file} không khớp mã băm đã khai: khai {promised}, thực tế {actual}.',
  },
  'file.name_invalid': {
    category: 'invalid',
    en: 'The file name {name} holds a path or control characters, or is over 255 bytes long.',
    vi: 'Tên tệp {name} không hợp lệ: chứa đường dẫn, ký tự điều khiển hoặc dài quá 255 byte.',
  },
  'file.unannounced': {
    category: 'invalid',
    en: 'The file {file} came without being described.',
    vi: 'Tệp {file} không có trong phần mô tả.',
  },
  'file.missing': {
    category: 'invalid',
    en: 'The file {file} was described and did not come.',
    vi: 'Thiếu tệp {file} đã mô tả.',
  },
  'file.not_found': {
    category: 'not_found',
    en: 'The document has no such file.',
    vi: 'Văn bản không có tệp này.',
  },
  'files.too_many': {
    category: 'too_large',
    en: '{count} files are over the limit of {limit}.',
    vi: '{count} tệp vượt quá giới hạn {limit}.',
  },
  'range.unsatisfiable': {
    category: 'invalid',
    en: 'The range lies outside the file of {size} bytes.',
    vi: 'Khoảng yêu cầu nằm ngoài tệp {size} byte.',
  },

  // Deliveries and statuses
  'delivery.not_found': {
    category: 'not_found',
    en: 'There is no such delivery to an agency of this system.',
    vi: 'Không có lượt giao nhận này trong phạm vi của hệ thống.',
  },
  'delivery.expired': {
    category: 'invalid',
    en: 'The delivery was not fetched within its time limit.',
    vi: 'Văn bản không được nhận trong thời hạn.',
  },
  'delivery.undeliverable': {
    category: 'invalid',
    en: 'The delivery could not be handed over: {detail}.',
    vi: 'Không chuyển được văn bản: {detail}.',
  },
  'delivery.withdrawn': {
    category: 'conflict',
    en: 'The sender withdrew the document before it was fetched.',
    vi: 'Bên gửi đã rút văn bản trước khi được nhận.',
  },
  'status.unknown': {
    category: 'invalid',
    en: '{status} is no status code.',
    vi: '{status} không phải là mã trạng thái.',
  },
  'status.impossible': {
    category: 'conflict',
    en: 'Status {status} is not possible: the delivery is {state}.',
    vi: 'Không thể cập nhật trạng thái {status}: văn bản đang ở trạng thái “{state}”.',
  },
  'status.wrong_party': {
    category: 'forbidden',
    en: 'Status {status} is for the {party} to say.',
    vi: 'Trạng thái {status} do bên khác ({party}) cập nhật.',
  },
  'status.reason_required': {
    category: 'invalid',
    en: 'Status {status} needs a reason.',
    vi: 'Trạng thái {status} phải kèm lý do.',
  },
  'receipt.not_found': {
    category: 'not_found',
    en: 'There is no such receipt for an agency of this system.',
    vi: 'Không có biên nhận này trong phạm vi của hệ thống.',
  },
  'event.type_unknown': {
    category: 'invalid',
    en: '{type} is no type of event.',
    vi: '{type} không phải là loại sự kiện.',
  },
  'subscription.not_found': {
    category: 'not_found',
    en: 'There is no such subscription of this system.',
    vi: 'Hệ thống không có đăng ký nhận sự kiện này.',
  },
  'subscription.no_secret': {
    category: 'conflict',
    en: 'The subscription has no secret: its events are signed with the key of the axis.',
    vi: 'Đăng ký này không dùng khóa bí mật: sự kiện được ký bằng khóa của Trục.',
  },
  'subscriptions.too_many': {
    category: 'conflict',
    en: 'A system has {limit} subscriptions at most.',
    vi: 'Mỗi hệ thống có tối đa {limit} đăng ký nhận sự kiện.',
  },
  'subscription.no_address': {
    category: 'conflict',
    en: 'The events of this subscription are put into a queue: it has no address.',
    vi: 'Sự kiện của đăng ký này được đưa vào hàng đợi nên không có địa chỉ nhận.',
  },
  'amqp.not_offered': {
    category: 'not_found',
    en: 'This axis offers no queues on its broker: read the feed, or have events posted to you.',
    vi: 'Trục này không cung cấp hàng đợi AMQP: hãy đọc dòng sự kiện hoặc dùng webhook.',
  },
  'webhook.address_invalid': {
    category: 'invalid',
    en: 'Events cannot be brought to this address: {detailEn}.',
    vi: 'Không thể gửi sự kiện đến địa chỉ này: {detailVi}.',
  },
  'directory.file_invalid': {
    category: 'invalid',
    en: 'The directory file cannot be read, line {line}: {detail}.',
    vi: 'Không đọc được tệp danh mục, dòng {line}: {detail}.',
  },
  'agency.not_found': {
    category: 'not_found',
    en: 'Agency {agency} is not in the directory.',
    vi: 'Cơ quan {agency} không có trong danh mục.',
  },
  'agency.unknown': {
    category: 'invalid',
    en: 'Agency {agency}, which the request names, is not in the directory.',
    vi: 'Cơ quan {agency} nêu trong yêu cầu không có trong danh mục.',
  },
  'agency.closed': {
    category: 'conflict',
    en: 'Agency {agency} is closed.',
    vi: 'Cơ quan {agency} đã giải thể.',
  },
  'agency.outside': {
    category: 'forbidden',
    en: 'Agency {agency} is neither an agency of this system nor below one.',
    vi: 'Cơ quan {agency} không thuộc hệ thống này, cũng không trực thuộc cơ quan nào của hệ thống.',
  },
  'agency.not_below_yours': {
    category: 'forbidden',
    en: 'Agency {agency} is not below an agency of this system; only such a one can be removed by it.',
    vi: 'Cơ quan {agency} không trực thuộc cơ quan nào của hệ thống nên hệ thống không được xóa.',
  },
  'agency.invalid': {
    category: 'invalid',
    en: 'Agency {agency} cannot be registered as it is described: {detail}.',
    vi: 'Thông tin đăng ký cơ quan {agency} không hợp lệ: {detail}.',
  },
  'agency.code_misplaced': {
    category: 'invalid',
    en: 'The code {agency} does not lie below a code of the parent agency; others are brought in by an administrator.',
    vi: 'Mã {agency} không nằm dưới mã của cơ quan cấp trên; mã khác do quản trị viên của Trục đăng ký.',
  },
  'agency.taken': {
    category: 'conflict',
    en: 'The code {agency} belongs to {name} already, which this system did not register.',
    vi: 'Mã {agency} đã thuộc về {name}, không do hệ thống này đăng ký.',
  },
  'agency.differs': {
    category: 'conflict',
    en: 'Agency {agency} is registered already and differs in: {differences}.',
    vi: 'Cơ quan {agency} đã được đăng ký với thông tin khác ở: {differences}.',
  },
  'agency.succeeds_itself': {
    category: 'invalid',
    en: 'Agency {agency} cannot be its own successor.',
    vi: 'Cơ quan {agency} không thể kế thừa chính mình.',
  },
  'agency.has_children': {
    category: 'conflict',
    en: 'Agency {agency} cannot be removed: {count} active agencies are below it.',
    vi: 'Chưa thể xóa cơ quan {agency}: còn {count} cơ quan trực thuộc đang hoạt động.',
  },
  'agency.has_waiting_documents': {
    category: 'conflict',
    en: 'Agency {agency} cannot be removed: documents wait in its inbox. Acknowledge them first.',
    vi: 'Chưa thể xóa cơ quan {agency}: còn văn bản chờ nhận. Hãy nhận hết trước.',
  },
  'directory.version_ahead': {
    category: 'invalid',
    en: 'The directory is at version {current}; {since} lies ahead of it. Take the whole list again.',
    vi: 'Danh mục đang ở phiên bản {current}; chưa có phiên bản {since}. Hãy lấy lại toàn bộ danh mục.',
  },
} as const satisfies Record<string, { category: ProblemCategory; en: string; vi: string }>;
